"""Tags, segments, rules, benefits, enrolment, merges and the journal, as those who keep the programme work."""

from datetime import UTC, datetime
from typing import Any

import pytest
from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement
from nicegui.testing import User

from domain.members.acting import record_act
from domain.members.commands import Act, Channel, DecideConsent, DefineTag, MemberId, Purpose, RecordAct
from domain.members.directory import export_members, list_members
from domain.members.enrolment import decide_consent
from domain.members.queries import get_member, list_benefits, list_consents, list_tags
from domain.members.registers import (
    list_all_benefits,
    list_benefit_uses,
    list_merges,
    list_postings,
    list_schemes,
    list_segments,
    list_tag_definitions,
)
from domain.members.tagging import count_segment, define_tag, refresh_tags
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform
from tests.ui.members.conftest import Looking

NOW = datetime.now(UTC)
ROOT = '/marketing/members'


def fill(user: User, **fields: Any) -> None:
    """Types into the fields of these labels."""
    labelled = {
        one.props['aria-label']: one for one in user.find(kind=ValidationElement).elements if 'aria-label' in one.props
    }
    for label, value in fields.items():
        labelled[label.replace('_', ' ')].value = value


@pytest.fixture(scope='module')
def tagged(actor: Actor) -> Actor:
    perform(refresh_tags, actor=actor, is_full=True)
    return actor


@pytest.mark.parametrize(('locale', 'words'), [('zh-CN', '高价值'), ('en', 'High value')])
async def test_tags_say_what_they_mean_and_how_fresh_they_are(
    tagged: Actor, looking: Looking, locale: str, words: str
) -> None:
    async with looking('marketing', f'{ROOT}/tags', locale) as user:
        await user.should_see(words, retries=40)
        await user.should_see({'zh-CN': '新鲜', 'en': 'Fresh'}[locale], retries=40)
        user.find(marker='members.tag.high_value').click()
        await user.should_see({'zh-CN': '不低于 ¥5,000.00', 'en': '¥5,000.00 or more'}[locale], retries=40)


async def test_marketing_defines_a_tag_and_the_rule_is_kept_in_fen(actor: Actor, looking: Looking) -> None:
    async with looking('marketing', f'{ROOT}/tags', 'en') as user:
        await user.should_see('Define or revise a tag', retries=40)
        fill(user, Code='big-spender', Name_in_Chinese='大额', Name_in_English='Big spender', Owner='市场部',
             Source='receipts', At_least=2_000)  # fmt: skip
        user.find(marker='form.submit').click()
        await user.should_see('Saved; it is computed at the next refresh', retries=40)

    [tag] = [one for one in ask(list_tag_definitions, actor=actor, now=NOW) if one.code == 'big-spender']
    assert tag.rule is not None
    assert tag.rule['at_least'] == 200_000
    assert tag.owner == '市场部'


LABELS = {
    'zh-CN': ('编码', '中文名', '英文名', '负责部门', '来源', '至少次数', '券类型'),
    'en': ('Code', 'Name in Chinese', 'Name in English', 'Owner', 'Source', 'Times at least', 'Kinds of coupon'),
}


@pytest.mark.parametrize(
    ('locale', 'would', 'saved', 'says'),
    [
        ('zh-CN', '此刻有 1 位', '按以往行为打标', '用券（停车券），近 90 天 2 次及以上'),
        ('en', '1 members', 'given to whoever', 'Used a coupon (parking): 2 or more within 90 days'),
    ],
)
async def test_marketing_sets_a_behavioural_tag_and_sees_beforehand_whom_it_meets(
    actor: Actor, looking: Looking, locale: str, would: str, saved: str, says: str
) -> None:
    often, labels = _parks_often(actor), LABELS[locale]
    values = (f'parks-{locale}', '常停车', 'Parks often', '市场部', 'events', 2, ['parking'])
    async with looking('marketing', f'{ROOT}/tags', locale) as user:
        await user.should_see(labels[0], retries=40)
        fill(user, **{{'zh-CN': '类型', 'en': 'Kind'}[locale]: 'behavioural'})
        fill(user, **{label.replace(' ', '_'): value for label, value in zip(labels, values, strict=True)})
        user.find(marker='members.behaviour_preview').click()
        await user.should_see(would, retries=40)
        user.find(marker='form.submit').click()
        await user.should_see(saved, retries=40)
        await user.should_see(says, retries=40)

    [tag] = [one for one in ask(list_tag_definitions, actor=actor, now=NOW) if one.code == f'parks-{locale}']
    assert tag.members == 1
    assert f'parks-{locale}' in {one.code for one in ask(list_tags, actor=actor, member_id=often, now=NOW)}


async def test_a_behavioural_tag_is_revised_as_it_stands(actor: Actor, looking: Looking) -> None:
    perform(define_tag, actor=actor, command=DefineTag(
        code='asks', name_zh='常申请售后', name_en='Asks', kind='behavioural', owner='客服部', source='events',
        lifetime_hours=24, rule={'act': 'request_opened', 'at_least': 3, 'window_days': 30, 'categories': ['x']},
    ))  # fmt: skip
    async with looking('marketing', f'{ROOT}/tags') as user:
        await user.should_see(marker='members.tag.asks', retries=40)
        user.find(marker='members.tag.asks').click()
        await user.should_see('申请售后（x），近 30 天 3 次及以上', retries=40)
        await user.should_see('客服部', retries=40)  # the open one
        user.find(marker='members.tag_revise').click()
        await user.should_see('填入下方表单', retries=40)
        fill(user, 统计天数=60, 店铺业态=[])
        user.find(marker='form.submit').click()
        await user.should_see('按以往行为打标', retries=40)

    [tag] = [one for one in ask(list_tag_definitions, actor=actor, now=NOW) if one.code == 'asks']
    assert tag.rule is not None
    assert (tag.rule['at_least'], tag.rule['window_days'], tag.rule['categories']) == (3, 60, [])


def _parks_often(actor: Actor) -> MemberId:
    """A member who agreed to profiling and used two parking coupons; nobody else did."""
    member = ask(list_members, actor=actor, now=NOW, search='0005').rows[0].member.id
    perform(decide_consent, actor=actor, command=DecideConsent(
        member_id=member, purpose=Purpose.PROFILING, is_granted=True, wording='v1', source=Channel.FRONT_DESK
    ))  # fmt: skip
    for gate in ('in', 'out'):
        perform(record_act, actor=actor, command=RecordAct(
            member_id=member, act=Act.COUPON_USED, reference=f'gate-{gate}', happened_at=NOW, coupon_kind='parking'
        ))  # fmt: skip
    return member


async def test_a_reader_sees_tags_but_no_form(tagged: Actor, looking: Looking) -> None:
    async with looking('auditor', f'{ROOT}/tags') as user:
        await user.should_see('全部标签', retries=40)
        await user.should_not_see('保存标签')


async def test_a_segment_counts_while_it_is_composed_and_is_saved(tagged: Actor, looking: Looking) -> None:
    async with looking('marketing', f'{ROOT}/segments', 'en') as user:
        await user.should_see('Compose a segment', retries=40)
        fill(user, Code='silvers', Name_in_Chinese='银卡', Name_in_English='Silvers', Owner='市场部', Tier=['silver'])
        silvers = ask(list_members, actor=tagged, now=NOW, tier='silver').total
        await user.should_see(f'{silvers} members meet this now', retries=40)
        user.find(marker='form.submit').click()
        await user.should_see('The segment is saved', retries=40)
        await user.should_see('tier is Silver', retries=40)

    assert ask(count_segment, actor=tagged, code='silvers', now=NOW) == silvers
    assert 0 < silvers < ask(list_members, actor=tagged, now=NOW).total


async def test_a_saved_segment_is_revised_in_the_builder(tagged: Actor, looking: Looking) -> None:
    async with looking('marketing', f'{ROOT}/segments') as user:
        await user.should_see('沉睡的金卡', retries=40)
        user.find(marker='members.revise.gold-sleeping').click()
        user.find(marker='members.condition_add').click()
        fill(user, 负责部门='会员部')
        user.find(marker='form.submit').click()
        await user.should_see('人群已保存', retries=40)

    [segment] = [one for one in ask(list_segments, actor=tagged) if one.code == 'gold-sleeping']
    assert segment.owner == '会员部'
    assert [sorted(key for key, value in one.items() if value) for one in segment.conditions] == [
        ['tiers'], ['tag', 'values'],
    ]  # fmt: skip


def test_the_list_narrows_to_a_tag_or_a_segment_and_is_exported_as_it_stands(tagged: Actor) -> None:
    all_of_them = ask(export_members, actor=tagged, now=NOW)
    frequent = ask(export_members, actor=tagged, now=NOW, tag='frequent')
    consented = ask(export_members, actor=tagged, now=NOW, segment='frequent-consented')

    assert len(all_of_them) == ask(list_members, actor=tagged, now=NOW).total
    assert {row.member.id for row in consented} <= {row.member.id for row in frequent}
    assert len(frequent) == ask(list_members, actor=tagged, now=NOW, tag='frequent').total
    assert 0 < len(frequent) < len(all_of_them)
    assert all('*' in row.member.phone_masked for row in all_of_them)


async def test_an_export_is_a_file_of_the_segment(tagged: Actor, looking: Looking) -> None:
    async with looking('marketing', f'{ROOT}/segments', 'en') as user:
        await user.should_see('Frequent, with consent', retries=40)
        user.find(marker='members.export.frequent-consented').click()
        response = await user.download.next()

    lines = response.content.decode('utf-8-sig').splitlines()
    assert lines[0].startswith('Number,Name,Phone')
    assert len(lines) - 1 == ask(count_segment, actor=tagged, code='frequent-consented', now=NOW)


async def test_proposed_tiers_show_their_effect_and_change_nothing_until_in_force(
    actor: Actor, looking: Looking
) -> None:
    before = len(ask(list_schemes, actor=actor, kind='tiers'))
    async with looking('marketing', f'{ROOT}/rules', 'en') as user:
        await user.should_see('Put in force now', retries=40)
        _row_of(user, 'Threshold', 1).value = '20000'
        user.find(marker='members.preview_tiers').click()
        await user.should_see('receipts of', retries=40)
        assert len(ask(list_schemes, actor=actor, kind='tiers')) == before
        _press_first(user, 'form.submit')
        await user.should_see('is in force', retries=40)

    newest = ask(list_schemes, actor=actor, kind='tiers')[0]
    assert len(ask(list_schemes, actor=actor, kind='tiers')) == before + 1
    assert newest.document['tiers'][1]['threshold_fen'] == 2_000_000


async def test_tiers_that_do_not_begin_at_nothing_are_refused(actor: Actor, looking: Looking) -> None:
    before = len(ask(list_schemes, actor=actor, kind='tiers'))
    async with looking('marketing', f'{ROOT}/rules', 'en') as user:
        await user.should_see('Put in force now', retries=40)
        _row_of(user, 'Threshold', 0).value = '5'
        _press_first(user, 'form.submit')
        await user.should_see('the lowest tier starts at 0', retries=40)

    assert len(ask(list_schemes, actor=actor, kind='tiers')) == before


async def test_proposed_earn_rules_say_how_many_would_lose(actor: Actor, looking: Looking) -> None:
    async with looking('marketing', f'{ROOT}/rules') as user:
        await user.should_see('每积 1 分需消费', retries=40)
        fill(user, 每积_1_分需消费='2')
        user.find(marker='members.preview_earn').click()
        await user.should_see('位会员的积分会变少', retries=40)


async def test_a_benefit_is_used_at_the_desk_once(actor: Actor, looking: Looking) -> None:
    gold = next(
        row.member.id for row in ask(list_members, actor=actor, now=NOW, limit=50).rows
        if any(one.code == 'parking' and one.left for one in ask(
            list_benefits, actor=actor, member_id=row.member.id, now=NOW
        ))
    )  # fmt: skip
    before = len(ask(list_benefit_uses, actor=actor, member_id=gold))
    async with looking('customer_service', f'{ROOT}/{gold}') as user:
        await user.should_see(marker='members.use.parking', retries=40)
        user.find(marker='members.use.parking').click()
        await user.should_see('person 核销', retries=40)
    async with looking('marketing', f'{ROOT}/benefits') as user:
        await user.should_see('person 核销', retries=40)

    assert len(ask(list_benefit_uses, actor=actor, member_id=gold)) == before + 1


async def test_marketing_adds_a_benefit(actor: Actor, looking: Looking) -> None:
    async with looking('marketing', f'{ROOT}/benefits', 'en') as user:
        await user.should_see('Define or revise a benefit', retries=40)
        fill(user, Code='valet', Name_in_Chinese='代客泊车', Name_in_English='Valet', For_tiers=['black'], Quota=6)
        user.find(marker='form.submit').click()
        await user.should_see('The benefit is saved', retries=40)

    [valet] = [one for one in ask(list_all_benefits, actor=actor) if one.code == 'valet']
    assert (list(valet.tiers), valet.quota, valet.period) == (['black'], 6, 'year')


async def test_the_front_desk_enrols_somebody_with_their_consent(actor: Actor, looking: Looking) -> None:
    async with looking('customer_service', f'{ROOT}/enrol', 'en') as user:
        await user.should_see('Enrol a member', retries=40)
        fill(user, Phone='19911112222', Name='顾小北')
        next(iter(user.find(kind=ui.checkbox, marker='members.agrees.marketing').elements)).value = True
        user.find(marker='form.submit').click()
        await user.should_see('A member now', retries=40)
        await user.should_see('199****2222', retries=40)

    [row] = ask(list_members, actor=actor, now=NOW, search='19911112222').rows
    consents = ask(list_consents, actor=actor, member_id=row.member.id)
    assert [(one.purpose, one.is_granted, one.source) for one in consents] == [('marketing', True, 'front_desk')]


async def test_two_numbers_are_compared_merged_and_parted(actor: Actor, looking: Looking) -> None:
    first, second = sorted(row.member.id for row in ask(list_members, actor=actor, now=NOW, limit=50).rows)[:2]
    async with looking('customer_service', f'{ROOT}/merges', 'en') as user:
        await user.should_see('Merge two numbers', retries=40)
        fill(user, Kept=first, Absorbed=second, Reason='one phone, two cards')
        user.find(marker='form.submit').click()
        await user.should_see(marker='members.merge_do', retries=40)
        user.find(marker='members.merge_do').click()
        await user.should_see(f'Merge #{second} into #{first}?', retries=40)
        user.find(marker='confirmation.accept').click()
        await user.should_see(f'#{second} is now part of #{first}', retries=40)
    [merge] = [one for one in ask(list_merges, actor=actor, member_id=second) if one.split_at is None]
    assert (merge.kept_id, merge.reason) == (first, 'one phone, two cards')
    assert ask(get_member, actor=actor, member_id=second, now=NOW).id == first

    async with looking('customer_service', f'{ROOT}/merges', 'en') as user:
        await user.should_see(marker='members.split', retries=40)
        _press_first(user, 'members.split')
        user.find(marker='confirmation.accept').click()
        await user.should_see('is a member of their own again', retries=40)
    assert ask(get_member, actor=actor, member_id=second, now=NOW).id == second


async def test_finance_reads_the_journal_of_points(actor: Actor, looking: Looking) -> None:
    async with looking('finance', f'{ROOT}/postings', 'en') as user:
        await user.should_see('Points journal', retries=40)
        await user.should_see('1–25 of', retries=40)


def test_the_journal_finds_one_member_and_one_kind(actor: Actor) -> None:
    since = datetime(2024, 1, 1, tzinfo=UTC)
    member = MemberId(min(row.member.id for row in ask(list_members, actor=actor, now=NOW, limit=50).rows))
    span = {'actor': actor, 'since': since, 'until': NOW}

    mine = ask(list_postings, **span, member_id=member, limit=500)
    earned = ask(list_postings, **span, kind='points.earn', limit=500)

    assert {row.member_id for row in mine.rows} == {member}
    assert mine.total == len(mine.rows) > 0
    assert {row.kind for row in earned.rows} == {'points.earn'}
    assert earned.total < ask(list_postings, **span, limit=1).total + 1


async def test_a_member_page_tells_the_statement_and_the_history(actor: Actor, looking: Looking) -> None:
    merged = ask(list_merges, actor=actor)[-1]
    async with looking('customer_service', f'{ROOT}/{merged.kept_id}') as user:
        await user.should_see('积分对账单', retries=40)
        await user.should_see('绑定微信', retries=40)
        await user.should_see(f'#{merged.absorbed_id} 已并入 #{merged.kept_id}', retries=40)


def _row_of(user: User, label: str, place: int) -> Any:
    found = [one for one in user.find(kind=ValidationElement).elements if one.props.get('aria-label') == label]
    return sorted(found, key=lambda one: one.id)[place]


def _press_first(user: User, marker: str) -> None:
    """Presses the uppermost of several buttons with the same marker."""
    several = user.find(marker=marker)
    several.elements = {min(several.elements, key=lambda one: one.id)}
    several.click()
