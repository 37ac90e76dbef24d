"""Who trades where in 云集天地: per floor and side, from west to east, `中文|English|category|relative width`.

Every name is invented. `None` never appears: a gap between shops is a passage or a core of `plan.py`.
"""

ROWS: dict[str, dict[str, list[str]]] = {
    'B1': {
        'n-west': [
            '半糖铺子|Half Sugar|drinks|0.8',
            '锦里冒菜|Jinli Hotpot Bowl|dining|1',
            '拾面馆|Ten Noodles|dining|1',
        ],
        'n-mid': ['晨光花坊|Morning Florist|services|0.8', '橙子便利|Orange Mart|convenience|1.1'],
        'n-east': ['云起咖啡|Cloudrise Coffee|cafe|1', '麦田烘焙|Wheatfield Bakery|bakery|1'],
        'n-end': ['鲜果日记|Fruit Diary|grocery|1'],
        's-west': ['卤小满|Xiaoman Braise|dining|1'],
        's-left': [
            '川渝串串|Chuanyu Skewers|dining|1.1',
            '沪上生煎|Shanghai Pan Buns|dining|0.9',
            '豚骨一番|Tonkotsu Ichi|dining|1',
            '南洋肉骨茶|Nanyang Bak Kut Teh|dining|1.1',
            '阿布饺子|Abu Dumplings|dining|0.9',
        ],
        's-right': [
            '百草药房|Baicao Pharmacy|pharmacy|1',
            '净衣洗护|Clear Laundry|services|0.8',
            '修艺坊|Mend & Make|services|0.8',
            '快印时光|Print Hour|services|0.8',
            '一叶美甲|Leaf Nails|beauty|0.9',
        ],
        's-end': ['明视眼镜|Mingshi Optics|eyewear|1'],
    },
    'F1': {
        'n-west': [
            '璟珠宝|Jing Jewels|jewellery|1',
            '时序腕表|Sequence Watches|jewellery|0.9',
            '兰屿香氛|Orchid Isle|cosmetics|0.9',
            '素妍|Suyan Beauty|cosmetics|1.1',
        ],
        'n-mid': ['云上皮具|Yunshang Leather|bags|1.2', '白露|White Dew Skincare|cosmetics|1'],
        'n-east': ['漫银|Manyin Silver|jewellery|0.9', '序章美妆|Prologue Makeup|cosmetics|1.2'],
        'n-end': ['栖木咖啡|Perch Coffee|cafe|1'],
        's-left': [
            '未界数码|Weijie Digital|digital|1.3',
            '初见女装|First Sight|fashion|1',
            '山茶手袋|Camellia Bags|bags|0.9',
            '黎明之钻|Daybreak Diamonds|jewellery|1',
        ],
        's-right': [
            '北岸西服|North Shore Tailors|fashion|1.1',
            '柠月|Lemon Moon|fashion|1',
            '弦外音响|Overtone Audio|digital|1.1',
        ],
        's-end': ['云麓茶|Yunlu Tea|drinks|1'],
    },
    'F2': {
        'n-west': [
            '棉里|Mianli Basics|fashion|1.1',
            '知夏|Zhixia|fashion|0.9',
            '木槿女装|Hibiscus|fashion|1',
            '步履|Bulü Shoes|shoes|1',
        ],
        'n-mid': [
            '鹿野衬衫|Deerfield Shirts|fashion|1',
            '青梧男装|Qingwu Menswear|fashion|1',
            '织物社|Textile Society|fashion|0.9',
        ],
        'n-east': ['轻羽内衣|Featherlight|lingerie|0.9', '丹宁局|Denim Bureau|fashion|1.1'],
        'n-end': ['方糖甜品|Sugar Cube Desserts|dessert|1'],
        's-west': ['悦目眼镜|Yuemu Eyewear|eyewear|1'],
        's-left': [
            '千寻饰品|Qianxun Accessories|accessories|0.8',
            '南风女鞋|South Wind Shoes|shoes|0.9',
            '云锦旗袍|Yunjin Qipao|fashion|1',
            '迹忆买手店|Trace Select|fashion|1.2',
        ],
        's-mid': ['巷口茶饮|Alley Tea|drinks|1'],
        's-right': [
            '箱旅|Boxtrip Luggage|bags|0.9',
            '卡其屋|Khaki House|fashion|1.1',
            '摩登街|Modern Street|fashion|1.1',
        ],
        's-end': ['指尖美学|Fingertip Studio|beauty|1'],
    },
    'F3': {
        'n-west': [
            '积木星球|Brick Planet|kids|1.1',
            '小满童装|Xiaoman Kids|kids|1',
            '贝壳母婴|Shell Baby|kids|1.1',
            '童画学社|Kid Painters|family|0.9',
        ],
        'n-mid': ['拾光摄影|Gather Light Photo|services|1', '木马玩具|Rocking Horse Toys|kids|1.1'],
        'n-east': ['越野者|Trailblazer|sports|1.1', '羽界球馆店|Shuttle Realm|sports|0.9'],
        'n-end': ['蒸汽书咖|Steam Book Café|cafe|1'],
        's-west': ['小厨师烘焙课|Little Chef|family|1'],
        's-left': [
            '云栖家居|Yunqi Home|home|1.3',
            '器物志|Vessel Journal|home|0.9',
            '眠森床品|Sleepwood Bedding|home|1',
            '山野户外|Wild Hill Outdoor|sports|1',
        ],
        's-mid': ['手作陶社|Clay Club|family|1'],
        's-right': ['疾步跑鞋|Swift Run|sports|1', '瑜生活|Yu Living|sports|0.9', '极客玩家|Geek Player|digital|1.1'],
        's-end': ['剪时光|Time Cut Salon|beauty|1'],
    },
    'F4': {
        'n-west': [
            '渝宴火锅|Yuyan Hotpot|dining|1.2',
            '湘里人家|Xiangli Kitchen|dining|1',
            '敦煌小馆|Dunhuang Bistro|dining|0.9',
        ],
        'n-mid': ['粤舫茶居|Yuefang Dim Sum|dining|1.3', '和牛一町|Wagyu Lane|dining|1'],
        'n-east': ['炭火烤肉|Ember Grill|dining|1.1', '泰香里|Thai Lane|dining|0.9'],
        's-west': ['椰林甜品|Coconut Grove|dessert|1'],
        's-left': [
            '本帮小院|Shanghai Courtyard|dining|1.1',
            '西域烤包|Silk Road Bakehouse|dining|0.9',
            '海客鱼馆|Seafarer Fish House|dining|1.1',
            '意面工房|Pasta Works|dining|0.9',
        ],
        's-mid': ['云顶西餐|Cloudtop Grill|dining|1.4'],
        's-right': ['麻雀电玩|Sparrow Arcade|arcade|1.3', '唱游KTV|Songtrip KTV|leisure|1.3'],
        's-end': ['爆米花局|Popcorn Bureau|dessert|1'],
    },
}

ANCHORS: dict[str, dict[str, str]] = {
    'B1': {
        'w': '云鲜超市|Yunxian Supermarket|supermarket',
        'e-n': '味集食堂|Taste Hall|dining',
        'e-s': '家常百货|Everyday Goods|home',
    },
    'F1': {
        'w-n': '澜石|Lanstone|fashion',
        'w-s': '北纬生活|Latitude Living|fashion',
        'e-n': '赤焰运动|Redflame Sports|sports',
        'e-s': '简域|Jianyu Wear|fashion',
    },
    'F2': {
        'w': '衣间大店|The Wardrobe|fashion',
        'e-n': '零号运动|Zero Sports|sports',
        'e-s': '云端数码|Yunduan Digital|digital',
    },
    'F3': {'w': '奇境乐园|Wonder Park|family', 'e': '山海书店|Shanhai Books|books'},
    'F4': {'w': '云力健身|Yunli Fitness|fitness', 'e': '星幕影城|Starscreen Cinema|cinema'},
}

KIOSKS: dict[str, list[str]] = {
    'B1': [
        '一口酥|Crisp Bite|bakery',
        '手打柠檬|Smash Lemon|drinks',
        '章鱼小铺|Takoyaki Stop|dining',
        '烤栗子|Roast Chestnut|dining',
    ],
    'F1': ['冰川冷萃|Glacier Cold Brew|cafe', '薄荷护手|Mint Hands|cosmetics', '光影相机|Lumen Camera|digital'],
    'F2': ['云朵茶|Cloud Tea|drinks', '发饰集|Hairpin Fair|accessories'],
    'F3': ['气球先生|Mr Balloon|kids', '盲盒站|Blind Box Stop|kids'],
    'F4': ['米酿|Rice Brew|drinks', '焦糖冰|Caramel Ice|dessert'],
}

CATEGORIES: dict[str, tuple[str, str]] = {
    'accessories': ('饰品', 'Accessories'),
    'arcade': ('电玩', 'Arcade'),
    'bags': ('箱包皮具', 'Bags and leather'),
    'bakery': ('烘焙', 'Bakery'),
    'beauty': ('美容美发', 'Hair and beauty'),
    'books': ('书店', 'Books'),
    'cafe': ('咖啡', 'Café'),
    'cinema': ('影院', 'Cinema'),
    'convenience': ('便利店', 'Convenience'),
    'cosmetics': ('化妆品', 'Cosmetics'),
    'dessert': ('甜品', 'Desserts'),
    'digital': ('数码', 'Digital'),
    'dining': ('餐饮', 'Dining'),
    'drinks': ('茶饮', 'Tea and drinks'),
    'eyewear': ('眼镜', 'Eyewear'),
    'family': ('亲子', 'Family'),
    'fashion': ('服饰', 'Fashion'),
    'fitness': ('健身', 'Fitness'),
    'grocery': ('生鲜', 'Fresh food'),
    'home': ('家居', 'Home'),
    'jewellery': ('珠宝', 'Jewellery'),
    'kids': ('儿童', 'Children'),
    'leisure': ('休闲娱乐', 'Leisure'),
    'lingerie': ('内衣', 'Lingerie'),
    'pharmacy': ('药房', 'Pharmacy'),
    'services': ('生活服务', 'Services'),
    'shoes': ('鞋履', 'Shoes'),
    'sports': ('运动', 'Sports'),
    'supermarket': ('超市', 'Supermarket'),
}
