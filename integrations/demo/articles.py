"""What the demo malls' own shops (自营) sell: articles with barcodes, categories and prices in fen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """`weight` is how often it lies in a basket, compared with the others."""

    sku: str
    name_zh: str
    name_en: str
    category: str
    fen: int
    weight: int = 1

    @property
    def barcode(self) -> str:
        """An EAN-13 of the range for use within a shop (20…), from the SKU's number."""
        body = f'20{int(self.sku.split("-")[1]):010d}'
        odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
        return f'{body}{(10 - (odd + 3 * even) % 10) % 10}'


def _all(prefix: str, first: int, rows: str) -> tuple[Article, ...]:
    made = []
    for number, row in enumerate(filter(None, map(str.strip, rows.strip().splitlines())), first):
        zh, en, category, fen, weight = (part.strip() for part in row.split('|'))
        made.append(Article(f'{prefix}-{number}', zh, en, category, int(fen), int(weight)))
    return tuple(made)


GROCERIES = _all(
    'yx',
    1001,
    """
    青岛啤酒 500ml | Tsingtao beer 500 ml | grocery | 650 | 9
    鲜牛奶 950ml | Fresh milk 950 ml | grocery | 1590 | 12
    散养鸡蛋 10枚 | Free-range eggs, 10 | grocery | 1880 | 10
    五常大米 5kg | Wuchang rice 5 kg | grocery | 6980 | 4
    全麦吐司 | Wholemeal toast | bakery | 1280 | 8
    矿泉水 550ml | Mineral water 550 ml | drinks | 250 | 14
    乌龙茶 500ml | Oolong tea 500 ml | drinks | 550 | 9
    橙汁 1L | Orange juice 1 l | drinks | 1690 | 5
    阳光玫瑰葡萄 500g | Shine Muscat grapes 500 g | grocery | 3980 | 4
    新疆香梨 1kg | Korla pears 1 kg | grocery | 1980 | 6
    智利车厘子 500g | Chilean cherries 500 g | grocery | 6900 | 2
    冷鲜三文鱼 300g | Fresh salmon 300 g | grocery | 7900 | 2
    手工水饺 800g | Handmade dumplings 800 g | grocery | 3290 | 6
    酱油 800ml | Soy sauce 800 ml | grocery | 1390 | 5
    花生油 5L | Peanut oil 5 l | grocery | 11900 | 2
    原味薯片 104g | Crisps 104 g | grocery | 790 | 9
    黑巧克力 100g | Dark chocolate 100 g | grocery | 1990 | 5
    每日坚果 30包 | Daily nuts, 30 bags | grocery | 9900 | 3
    洗衣液 3kg | Laundry liquid 3 kg | home | 3990 | 3
    抽纸 24包 | Tissues, 24 packs | home | 4590 | 4
    婴儿纸尿裤 L 52片 | Nappies L, 52 | kids | 13900 | 2
    冰淇淋 8支 | Ice cream, 8 | grocery | 3590 | 4
    猕猴桃 12枚 | Kiwis, 12 | grocery | 2980 | 4
    烤鸭半只 | Half a roast duck | grocery | 4580 | 3
""",
)
HOUSEHOLD = _all(
    'jc',
    2001,
    """
    陶瓷餐盘 8寸 | Ceramic plate 8 in | home | 2900 | 6
    玻璃保鲜盒 3件 | Glass boxes, set of 3 | home | 6900 | 5
    不粘平底锅 28cm | Non-stick pan 28 cm | home | 19900 | 3
    纯棉四件套 1.8m | Cotton bedding 1.8 m | home | 39900 | 2
    记忆棉枕 | Memory foam pillow | home | 12900 | 3
    浴巾 纯棉 | Cotton bath towel | home | 5900 | 6
    香薰蜡烛 | Scented candle | home | 8800 | 4
    保温杯 500ml | Thermos 500 ml | home | 12900 | 5
    折叠晴雨伞 | Folding umbrella | accessories | 7900 | 5
    亚麻桌布 | Linen tablecloth | home | 15900 | 2
    收纳箱 50L | Storage box 50 l | home | 4900 | 5
    台灯 护眼 | Desk lamp | home | 23900 | 2
    儿童水杯 | Children's cup | kids | 4500 | 4
    毛绒玩偶 兔子 | Plush rabbit | kids | 6900 | 3
    积木 200块 | Building blocks, 200 | kids | 15900 | 2
    羊毛围巾 | Wool scarf | accessories | 25900 | 2
    真皮手套 | Leather gloves | accessories | 18900 | 2
    电动牙刷 | Electric toothbrush | home | 19900 | 3
    电热水壶 1.7L | Kettle 1.7 l | home | 16900 | 2
    手冲咖啡壶 | Pour-over coffee pot | home | 9900 | 3
    挂钟 12寸 | Wall clock 12 in | home | 8900 | 2
    花瓶 手工 | Handmade vase | home | 13900 | 2
""",
)
SHOPS = {'b1-01': GROCERIES, 'b1-11': HOUSEHOLD}
