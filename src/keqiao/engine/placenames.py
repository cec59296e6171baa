"""How Chinese place names are written: suffixes, short forms, and the words they hide in.

Facts of the language, no code table: which forms a full name may take (四川省 → 四川,
阿坝藏族羌族自治州 → 阿坝州, 阿坝), which short forms are also ordinary words (合作, 资源, 会同 …),
and which phrases contain a place name without naming a place (阿里巴巴, 大同小异).

The word lists were made by counting every short form of the 2023 codes in 89,000 Chinese
scientific texts (which hardly speak of counties) and reading all 2,758 of them by eye.
"""

from __future__ import annotations

import re
from typing import Literal

Level = Literal["province", "city", "county"]

SHORTEST = 2  # characters of a name: 川 and 京 are never read as places

# Longest first: 特别行政区 before 区.
_SUFFIXES = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "联合旗",
    "地区",
    "新区",
    "矿区",
    "林区",
    "特区",
    "省",
    "市",
    "县",
    "区",
    "州",
    "盟",
    "旗",
)

# Nationalities as written in the names of autonomous areas; 东乡族, 水族 and 土族 only with 族.
_PEOPLES = sorted(
    (  # noqa: SIM905 — as below
        "各族|蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族"
        "|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族"
        "|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族"
        "|塔吉克族|塔吉克|怒族|鄂温克族|保安族|裕固族|独龙族"
    ).split("|"),
    key=len,
    reverse=True,
)

# Banners told apart by left, right, front, rear are only named in full.
_DIRECTION_BANNER = re.compile(r"[左右前中后]旗$")

# Its stem is only ever read as the province of that name.
_STEM_OF_A_PROVINCE = frozenset({"河南蒙古族自治县"})


def stem(name: str) -> str:
    """Return the name without suffix and peoples: 马边彝族自治县 → 马边, 雅安市 → 雅安."""
    suffix = next((end for end in _SUFFIXES if name.endswith(end) and len(name) > len(end)), "")
    if not suffix or _DIRECTION_BANNER.search(name):
        return name
    bare = name.removesuffix(suffix)
    if suffix in {"自治区", "自治州", "自治县", "自治旗", "区"}:
        bare = _without_peoples(bare)
    return bare


def _without_peoples(bare: str) -> str:
    while True:
        people = next(
            (p for p in _PEOPLES if bare.endswith(p) and len(bare) - len(p) >= SHORTEST), ""
        )
        if not people or bare == "内蒙古":
            return bare.removesuffix("族") if bare in {"鄂温克族", "东乡族"} else bare
        bare = bare.removesuffix(people)


def common(name: str) -> str:
    """Return the everyday form with its suffix: 阿坝藏族羌族自治州 → 阿坝州."""
    bare = stem(name)
    for long, short in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("区", "区")):
        if name.endswith(long) and bare + short != name and not name.endswith("自治区"):
            return bare + short
    return name


def short_name(name: str, level: Level) -> str:
    """Return what people write: 四川, 雅安, 阿坝州, 岳池; districts keep their suffix.

    A stem of one character is never short for anything: 泸县 stays 泸县.
    """
    bare = stem(name)
    if len(bare) < SHORTEST:
        return name
    if name.endswith("自治州") or name in _STEM_OF_A_PROVINCE:
        return common(name)
    if level == "county" and name.endswith(("区", "旗")) and not name.endswith(("林区", "特区")):
        return common(name)
    return name if name.endswith("盟") else bare


def forms(name: str, short: str) -> dict[str, bool]:
    """Map every form of a name to whether it is a bare stem, which needs more care."""
    found = {name: False, common(name): False}
    for bare in (short, stem(name)):
        if len(bare) >= SHORTEST and bare not in found:
            found[bare] = True
    if name in _STEM_OF_A_PROVINCE:
        del found[stem(name)]
    return found


# Short forms that are ordinary words or parts of such: they need their parent right before them.
WORDS = frozenset(
    """
    资源 合作 三元 和平 新兴 延长 双流 友好 和政 新和 南部 高密 定结 杂多 港口 太平 平原 新建
    前进 太湖 共和 解放 和静 南海 正定 白云 上高 龙江 玄武 西林 云和 江南 市中 河口 和顺 南和
    高平 龙门 云岩 东方 东海 子长 中原 长寿 江口 沙河 光泽 建平 大城 复兴 会理 木兰 成安 牡丹
    同心 合水 三门 东湖 双峰 大方 双塔 安定 白水 定边 大田 大关 称多 新城 海原 中方 路桥 天山
    祁连 塔河 比如 定安 金山 滨海 马尾 振兴 平湖 东风 富裕 新星 文成 紫金 日照 来安 建安 民权
    河西 盐湖 莲花 大通 平顺 同仁 公安 洞口 东河 大兴 迁安 中山 新密 定日 明光 海港 阳明 连山
    江汉 工农 高要 同安 西湖 元阳 城中 响水 金牛 新华 芙蓉 南湖 市南 光明 义安 新安 清水 连云
    万年 明水 梨树 象山 新干 兴安 前锋 开平 武山 海盐 龙山 道外 南山 西山 龙潭 江海 无为 天等
    大安 威信 会同 黄龙 元宝 建水 上城 红山 新民 运河 白银 三水 大英 三原 政和 友谊 惠民 商城
    兴国 安宁 安康 朝阳 凤凰 长安 乐业 富民 安居 西夏 白玉 九龙 七星 万全 万宁 万安 万山 三台
    三河 上街 东安 东山 东城 东乡 东光 东坡 东至 中站 丰满 二七 五常 交口 仁和 修水 全南 六合
    兴业 兴隆 农安 加查 千山 华安 南城 南岸 南关 南岳 南华 卫东 双城 双桥 双河 双牌 古城 古塔
    台前 同德 名山 向阳 和硕 和龙 咸丰 回民 固安 坡头 城东 城关 城北 城西 城厢 大东 大丰 大余
    大名 大宁 大新 大祥 大观 大悟 天元 天全 天台 天心 天柱 天桥 天河 天涯 天长 太和 太白 孝义
    安乡 安化 安国 安平 安新 宏伟 定兴 宝塔 富源 将乐 小店 小金 尚志 山城 山南 市北 平安 平房
    平川 平南 平城 平果 广信 广水 广河 庆元 庆云 康乐 开化 惠农 新会 新北 新市 新林 新河 新源
    新田 新龙 新丰 新化 方正 易门 曲水 月湖 朝天 桃源 桥东 桥西 榆树 正安 正阳 武功 民乐 水城
    汇川 江北 江城 江山 江岸 江源 三江 河东 河间 治多 泰山 海棠 清河 清流 温泉 港北 港南 湖滨
    满城 源城 源汇 滨城 滨江 滨湖 灯塔 甘泉 白塔 白杨 白河 盐田 盐池 盘山 石棉 石门 石狮 石鼓
    石泉 石峰 石城 碑林 祥云 站前 红旗 红桥 红塔 老城 荷塘 蓝山 西市 西工 西城 西岗 西华 西乡
    西固 西吉 路北 路南 金沙 金台 金湖 钟楼 铁东 铁西 长子 长乐 长海 阳春 青山 高台 高明 黑水
    黑山 龙城 龙井 龙湖 麒麟 鼓楼 通道 白沙 大化 互助 石林 石柱 青龙 大厂 沿河 来宾 天门 临江
    永和 永定 通山 通海 通河 金州 铁山 新平 清原 双江 五河 五原 竹山 田东 田林 岭东 城固 南江
    中江 红星
    """.split()  # noqa: SIM905 — a list of quoted words would be six times as long
)

# Full names that are also plain speech (老城区, 适应城市): they need their parent or an office.
PLAIN_FULL_NAMES = frozenset(
    """
    城区 郊区 矿区 东区 西区 新城区 城中区 市中区 城东区 城西区 城北区 港口区 海港区 老城区
    站前区 路南区 路北区 市南区 市北区 双城区 新市区 古城区 港北区 港南区 滨海新区 滨江区 滨湖区
    水城区 满城区 源城区 宜城市 应城市 江城区 山城区 新兴区 友好区 资源县 前进区 南部县 东方市
    同心县 江北区 合作市 中原区
    """.split()  # noqa: SIM905 — a list of quoted words would be six times as long
)

# 兴县 is read as a place only where nothing on its left could own the character (惠民兴县 is not);
# these characters hardly occur outside names.
RARE_STEMS = frozenset("蠡盂沁绛隰歙黟泗泾莒莘杞嵩郏浚淇睢攸澧珙泸岷邱沛郸")

# Phrases that swallow a place name without naming a place.
NOT_PLACES = frozenset(
    """
    大同小异 世界大同 大同社会 阿里巴巴 阿里云 北海道 北海公园 三明治 长治久安 哈密瓜 哈密尔
    哈密顿 长白山 四平方 四平八稳 大理石 大理论 大连接 大连续 大庆祝 中卫星 黄石公园 平昌冬奥
    天门山 安达曼 和田间 和田野 和田地块 和田块 大安全 北京时间 北京猿人 南京路 中山装 中山陵
    安全 安装 安排 安置 东北 西北 华北 华东 华南 华中 西南 东南 新都市 大城市 巴西 江西路 三江源
    黄河源 长江源 山南海北 天南海北 普通话 通过 大竹林 西部 南充电 湘西红 东部 吉林省长 信息
    开放 老河口岸 太平洋 平安夜 长安街 北京烤鸭 兰州拉面 南方 北方 海上 大西洋 大名鼎鼎 大方向
    中江段 大足够 新昌盛 平江路 河南岸 开江西 上海南站 上海西站 北京南站 北京西站 北川流 阳信息
    国内江 省内江 市内江 境内江 县内江
    """.split()  # noqa: SIM905 — a list of quoted words would be six times as long
)

# The last character before a stem and its first, where the two are one word: 推广|安全, 确保|定点.
LEFT_WORDS = frozenset(
    """
    推广 确保 担保 环保 创新 最新 高新 更新 革新 全新 重新 崭新 翻新 维新 提高 最高 较高 更高
    升高 增高 新高 很高 增长 成长 生长 市长 局长 校长 院长 部长 会长 县长 区长 省长 特长 延长
    组长 事长 州长 处长 科长 所长 站长 厂长 交通 普通 流通 畅通 沟通 联通 贯通 直通 融通 打通
    资金 基金 现金 合金 冶金 奖金 五金 乡镇 城镇 集镇 沿海 近海 渤海 黄海 深海 出海 入海 航海
    公海 远海 大海 填海 每天 今天 当天 明天 昨天 股东 房东 决定 确定 一定 规定 稳固 巩固 重大
    巨大 盛大 扩大 长江 平台 讲台 建成 完成 形成 组成 集成 社会 大会 开会 本来 未来 论文 作文
    公安 治安 不同 共同 合同 发达 表达 电信 通信 相信 诚信 信息 水平 公平 和平 太平 高低 分类
    文化 变化 强化 深化 转化 优化 研究 改革 开发 领导 机构 产业 贸易 容易 简易 交易 实现 体现
    中国 我国 外国 全国
    """.split()  # noqa: SIM905 — a list of quoted words would be six times as long
)

# What follows a name that is only the name of a street.
STREET = re.compile(
    r"[东南西北中一二三四]{0,2}(?:大道|大街|路(?![线径由网面况政边口人演桥])|街(?![头道区上])|巷)"
)

# What follows 市/县/区 where that character belongs to the next word: 合作|市场, 岳池|县域.
SUFFIX_WORDS = {"市": "场", "县": "域级", "区": "域别块间位划", "州": "", "旗": "舰帜"}

# Offices that only a place has.
OFFICE = re.compile(r"科协|科学技术协会|人大|政协|机场|[市县区]?委|人民政府|法院|检察院|政府")
WORD_OFFICE = re.compile(r"科协|科学技术协会|人大常|政协|机场")
