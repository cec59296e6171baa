"""A door in a real browser: with a net, an hour without one, with the log-in run out, and without scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from tests.attendance.camp import HEALTH, PHONE, child, over, place, session
from tests.browser.barriers import barriers
from tests.browser.conftest import session_of
from tests.browser.cord import Cord
from tests.crew import Crew

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.attendance.models import CheckIn
from keqiao.registrations.models import Registration

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Phone = Callable[[Person], Page]
HOUR = dt.timedelta(hours=1)
KEPT = "caches.open('keqiao-check-in-1').then((one) => one.match(location.pathname)).then(Boolean)"
READER = """  // this Chromium reads no codes by itself: what one would answer, before a real stream of its test camera
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) { return video.videoWidth ? [{ rawValue: "ADDRESS" }] : []; }
};
"""


@pytest.fixture
def cord(live_server: LiveServer) -> Iterator[Cord]:
    """Lead from the phones to the server."""
    made = Cord(live_server.thread.host, live_server.thread.port)
    yield made
    made.close()


@pytest.fixture
def phone(chromium: Browser, cord: Cord, settings: Settings) -> Iterator[Phone]:
    """Open the site on somebody's phone, which keeps what a service worker keeps."""
    settings.STAFF_SECOND_FACTOR = False
    url = f"http://localhost:{cord.port}"
    contexts: list[BrowserContext] = []

    def opened(who: Person) -> Page:
        context = chromium.new_context(
            base_url=url, viewport={"width": 375, "height": 800}, locale="zh-CN"
        )
        contexts.append(context)
        context.add_cookies([session_of(who, url)])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(45_000)  # a busy machine is slow, not wrong
        return page

    yield opened
    for context in contexts:
        context.close()


def door(page: Page, held: Session) -> None:
    """Open the list of a session and wait until the phone keeps it."""
    page.goto(f"/sessions/{held.code}/check-in/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(KEPT)


def lose_net(page: Page, cord: Cord) -> None:
    """Take the net away, and have the browser notice."""
    cord.cut()
    page.context.set_offline(True)


def find_net(page: Page, cord: Cord) -> None:
    """Bring the net back, and have the browser notice."""
    cord.mend()
    page.context.set_offline(False)


def queue(page: Page) -> Locator:
    """Return what says how much waits to be delivered."""
    return page.locator('[data-part="queue"]')


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"签到 {name}").click()


def test_a_phone_offline_for_an_hour_keeps_its_list_and_loses_nothing(
    crew: Crew, phone: Phone, cord: Cord
) -> None:
    held = session(crew, starts_at=timezone.now() - 2 * HOUR)
    young = place(held, crew.ma, minor=child(held, crew.ma))
    grown = place(held, crew.cast.ji)
    gone = place(held, crew.luo)
    page = phone(crew.qin)
    door(page, held)
    assert HEALTH not in page.content()
    assert PHONE not in page.content()

    cord.cut()  # the browser is not told: as on a phone whose router has lost its line
    press(page, "阿依木")
    expect(queue(page)).to_contain_text("待上传 1")
    page.reload()
    expect(page.get_by_role("heading", name="签到 · 火箭")).to_be_visible()
    expect(queue(page)).to_contain_text("待上传 1")
    press(page, crew.cast.ji.name)
    press(page, crew.luo.name)
    expect(queue(page)).to_contain_text("待上传 3")
    page.get_by_label("输入票上的编号").fill(young.code.lower())
    page.get_by_label("输入票上的编号").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("阿依木")
    expect(queue(page)).to_contain_text("待上传 3")
    assert not CheckIn.objects.exists()

    Registration.objects.filter(pk=gone.pk).update(state="cancelled")
    page.clock.set_system_time(timezone.now() + HOUR)
    cord.mend()
    page.get_by_role("button", name="现在上传").click()
    expect(queue(page)).to_be_hidden()
    rows = {row.registration_id: row for row in CheckIn.objects.all()}
    assert set(rows) == {young.pk, grown.pk, gone.pk}
    for row in rows.values():
        late = row.received_at - row.arrived_at
        assert HOUR <= late < HOUR + dt.timedelta(minutes=5)
    assert rows[gone.pk].is_admitted is None
    page.reload()
    expect(page.get_by_role("heading", name="到了但没有名额")).to_be_visible()
    page.get_by_role("button", name="准许参加").click()
    expect(page.get_by_role("heading", name="到了但没有名额")).to_be_hidden()


def test_a_browser_that_sees_the_net_again_delivers_by_itself(
    crew: Crew, phone: Phone, cord: Cord
) -> None:
    held = session(crew)
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    door(page, held)
    lose_net(page, cord)
    press(page, crew.cast.ji.name)
    expect(queue(page)).to_contain_text("现在没有网络")
    find_net(page, cord)
    expect(queue(page)).to_be_hidden()
    assert CheckIn.objects.get().by == crew.qin


def test_a_list_reloaded_offline_still_says_who_came_before(
    crew: Crew, phone: Phone, cord: Cord
) -> None:
    held = session(crew)
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    door(page, held)
    press(page, crew.cast.ji.name)
    came = page.get_by_role("listitem").filter(has_text=crew.cast.ji.name)
    expect(came).to_contain_text("已签到")
    lose_net(page, cord)
    page.reload()
    expect(came).to_contain_text("已签到")
    expect(page.get_by_role("button", name=f"签到 {crew.cast.ji.name}")).to_be_hidden()


def test_a_press_taken_back_offline_is_never_delivered(
    crew: Crew, phone: Phone, cord: Cord
) -> None:
    held = session(crew)
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    door(page, held)
    lose_net(page, cord)
    press(page, crew.cast.ji.name)
    page.get_by_role("button", name=f"撤销 {crew.cast.ji.name}").click()
    expect(queue(page)).to_be_hidden()
    find_net(page, cord)
    page.reload()
    expect(page.get_by_role("button", name=f"签到 {crew.cast.ji.name}")).to_be_visible()
    assert not CheckIn.objects.exists()


def test_a_net_that_says_nothing_any_more_is_given_up_and_tried_again(
    crew: Crew, phone: Phone, cord: Cord
) -> None:
    held = session(crew)
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    page.clock.install()
    door(page, held)
    cord.mute()
    press(page, crew.cast.ji.name)
    expect(queue(page)).to_contain_text("待上传 1")
    page.clock.fast_forward(20_000)
    expect(queue(page)).to_contain_text("现在没有网络")
    cord.mend()
    page.clock.fast_forward(30_000)
    expect(queue(page)).to_be_hidden()
    assert CheckIn.objects.get().by == crew.qin


def test_a_log_in_that_ran_out_keeps_the_queue_until_somebody_logs_in(
    crew: Crew, phone: Phone
) -> None:
    held = session(crew)
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    door(page, held)
    page.context.clear_cookies()
    press(page, crew.cast.ji.name)
    expect(page.get_by_text("登录已过期")).to_be_visible()
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()
    assert not CheckIn.objects.exists()
    page.context.add_cookies([session_of(crew.tang, page.url)])  # type: ignore[list-item]
    page.reload()
    expect(queue(page)).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name=f"撤销 {crew.cast.ji.name}")).to_be_visible()
    assert CheckIn.objects.get().by == crew.tang


def test_logging_out_deletes_the_list_from_the_phone(crew: Crew, phone: Phone, cord: Cord) -> None:
    held = session(crew)
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    door(page, held)
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_function("caches.has('keqiao-check-in-1').then((one) => !one)")
    lose_net(page, cord)
    page.goto(f"/sessions/{held.code}/check-in/")
    expect(page.get_by_role("heading", name="网络断开了")).to_be_visible()
    assert crew.cast.ji.name not in page.content()


def test_a_list_whose_time_is_over_is_neither_kept_nor_left(crew: Crew, phone: Phone) -> None:
    held = over(session(crew), days=3)
    page = phone(crew.qin)
    page.goto(f"/sessions/{held.code}/check-in/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    old = "new Response('名单', { headers: { 'Keqiao-Keep-Until': '1' } })"
    page.evaluate(
        f"caches.open('keqiao-check-in-1').then((one) => one.put('/sessions/S-OLD/check-in/', {old}))"
    )
    page.goto("/about/")
    page.wait_for_function(
        "caches.open('keqiao-check-in-1').then((one) => one.keys()).then((all) => !all.length)"
    )


def test_a_ticket_before_the_camera_is_checked_in_by_a_stand_in_as_this_chromium_reads_no_codes(
    crew: Crew, phone: Phone, live_server: LiveServer
) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    page = phone(crew.qin)
    page.context.grant_permissions(["camera"])
    page.add_init_script(READER.replace("ADDRESS", f"{live_server.url}/check-in/{one.code}/"))
    door(page, held)
    page.get_by_role("button", name="用摄像头扫码").click()
    expect(page.get_by_role("status")).to_contain_text(f"{crew.cast.ji.name} 已签到")
    page.get_by_role("button", name="关掉摄像头").click()
    expect(page.get_by_role("button", name="用摄像头扫码")).to_be_visible()
    assert CheckIn.objects.get().registration == one


def test_a_typed_code_of_nobody_is_shown_and_put_away_by_hand(crew: Crew, phone: Phone) -> None:
    held = session(crew)
    page = phone(crew.qin)
    door(page, held)
    expect(page.get_by_role("button", name="用摄像头扫码")).to_be_hidden()
    typed = page.get_by_label("输入票上的编号")
    typed.fill("你好")
    typed.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("这不是报名的二维码或编号")
    typed.fill("t-nobody01")
    typed.press("Enter")
    other = page.get_by_role("region", name="不在名单上的编号")
    expect(other).to_contain_text("本场次没有这个报名编号")
    page.reload()
    expect(other).to_contain_text("T-NOBODY01")
    other.get_by_role("button", name="知道了").click()
    expect(other).to_be_hidden()


def test_a_door_works_without_scripts(
    crew: Crew, chromium: Browser, live_server: LiveServer, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    held = session(crew)
    one = place(held, crew.cast.ji)
    place(held, crew.luo)
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies([session_of(crew.qin, live_server.url)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"/sessions/{held.code}/check-in/")
    page.get_by_label("按姓名或编号找人").fill("罗")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("button", name=f"签到 {crew.cast.ji.name}")).to_have_count(0)
    press(page, crew.luo.name)
    expect(page.get_by_role("status").first).to_contain_text("已签到")
    page.get_by_role("button", name=f"撤销 {crew.luo.name}").click()
    expect(page.get_by_role("status").first).to_contain_text("已记下")
    page.goto(f"/check-in/{one.code}/")
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.get_by_text("已签到").first).to_be_visible()
    assert CheckIn.objects.get(undone_at=None).registration == one
    context.close()


def test_the_door_and_what_follows_have_no_barrier(crew: Crew, phone: Phone) -> None:
    held = session(crew, places=None)
    one = place(held, crew.ma, minor=child(held, crew.ma))
    place(held, crew.cast.ji)
    page = phone(crew.qin)
    door(page, held)
    press(page, "阿依木")
    expect(queue(page)).to_be_hidden()
    page.reload()
    found = barriers(page)
    over(held)
    guardian = phone(crew.ma)
    guardian.goto(f"/attendance/{one.code}/")
    assert found + barriers(guardian) == []
