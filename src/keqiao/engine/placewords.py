"""Chinese words that look like place names: lists for the reader of running text.

Which short forms are also ordinary words (合作, 资源, 会同 …), which phrases hold a place name
without naming a place (阿里巴巴, 大同小异), and which words a name would cut in two (高安|全).

They were made by counting every short form of the 2023 codes in 89,000 Chinese scientific texts
(which hardly speak of counties) and reading all 2,758 of them by eye.
"""

from __future__ import annotations

# Short forms that are ordinary words or parts of such: they need their parent right before them.
WORDS = frozenset(
    """
    英德 阿里 海北 海西 黄南 红河 怒江 美兰 永兴 嘉陵 海伦 道真 法库 民和 资源 合作 三元 和平
    新兴 延长 双流 友好 和政 新和 南部 高密 定结 杂多 港口 太平 平原 新建 前进 太湖 共和 解放
    和静 南海 正定 白云 上高 龙江 玄武 西林 云和 江南 市中 河口 和顺 南和 高平 龙门 云岩 东方
    东海 子长 中原 长寿 江口 沙河 光泽 建平 大城 复兴 会理 木兰 成安 牡丹 同心 合水 三门 东湖
    双峰 大方 双塔 安定 白水 定边 大田 大关 称多 新城 海原 中方 路桥 天山 祁连 塔河 比如 定安
    金山 滨海 马尾 振兴 平湖 东风 富裕 新星 文成 紫金 日照 来安 建安 民权 河西 盐湖 莲花 大通
    平顺 同仁 公安 洞口 东河 大兴 迁安 中山 新密 定日 明光 海港 阳明 连山 江汉 工农 高要 同安
    西湖 元阳 城中 响水 金牛 新华 芙蓉 南湖 市南 光明 义安 新安 清水 连云 万年 明水 梨树 象山
    新干 兴安 前锋 开平 武山 海盐 龙山 道外 南山 西山 龙潭 江海 无为 天等 大安 威信 会同 黄龙
    元宝 建水 上城 红山 新民 运河 白银 三水 大英 三原 政和 友谊 惠民 商城 兴国 安宁 安康 朝阳
    凤凰 长安 乐业 富民 安居 西夏 白玉 九龙 七星 万全 万宁 万安 万山 三台 三河 上街 东安 东山
    东城 东乡 东光 东坡 东至 中站 丰满 二七 五常 交口 仁和 修水 全南 六合 兴业 兴隆 农安 加查
    千山 华安 南城 南岸 南关 南岳 南华 卫东 双城 双桥 双河 双牌 古城 古塔 台前 同德 名山 向阳
    和硕 和龙 咸丰 回民 固安 坡头 城东 城关 城北 城西 城厢 大东 大丰 大余 大名 大宁 大新 大祥
    大观 大悟 天元 天全 天台 天心 天柱 天桥 天河 天涯 天长 太和 太白 孝义 安乡 安化 安国 安平
    安新 宏伟 定兴 宝塔 富源 将乐 小店 小金 尚志 山城 山南 市北 平安 平房 平川 平南 平城 平果
    广信 广水 广河 庆元 庆云 康乐 开化 惠农 新会 新北 新市 新林 新河 新源 新田 新龙 新丰 新化
    方正 易门 曲水 月湖 朝天 桃源 桥东 桥西 榆树 正安 正阳 武功 民乐 水城 汇川 江北 江城 江山
    江岸 江源 三江 河东 河间 治多 泰山 海棠 清河 清流 温泉 港北 港南 湖滨 满城 源城 源汇 滨城
    滨江 滨湖 灯塔 甘泉 白塔 白杨 白河 盐田 盐池 盘山 石棉 石门 石狮 石鼓 石泉 石峰 石城 碑林
    祥云 站前 红旗 红桥 红塔 老城 荷塘 蓝山 西市 西工 西城 西岗 西华 西乡 西固 西吉 路北 路南
    金沙 金台 金湖 钟楼 铁东 铁西 长子 长乐 长海 阳春 青山 高台 高明 黑水 黑山 龙城 龙井 龙湖
    麒麟 鼓楼 通道 白沙 大化 互助 石林 石柱 青龙 大厂 沿河 来宾 天门 临江 永和 永定 通山 通海
    通河 金州 铁山 新平 清原 双江 五河 五原 竹山 田东 田林 岭东 城固 南江 中江 红星
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
RARE_STEMS = frozenset("郫蠡盂沁绛隰歙黟泗泾莒莘杞嵩郏浚淇睢攸澧珙泸岷邱沛郸")

# Phrases that swallow a place name without naming a place.
NOT_PLACES = frozenset(
    """
    金佛山 延边界 虞山东 佛罗里达州 内华达州 明尼苏达州 爱荷华州 达科他州 德州扑克 德州仪器
    黑河流域 玉树临风 各自贡献 平衡水印 卡通化 大同小异 世界大同 大同社会 阿里巴巴 阿里云 北海道
    北海公园 三明治 长治久安 哈密瓜 哈密尔 哈密顿 长白山 四平方 四平八稳 大理石 大理论 大连接
    大连续 大庆祝 中卫星 黄石公园 平昌冬奥 天门山 安达曼 和田间 和田野 和田地块 和田块 大安全
    北京时间 北京猿人 南京路 中山装 中山陵 安全 安装 安排 安置 东北 西北 华北 华东 华南 华中
    西南 东南 新都市 大城市 巴西 江西路 三江源 黄河源 长江源 山南海北 天南海北 普通话 通过
    大竹林 西部 南充电 湘西红 东部 吉林省长 信息 开放 老河口岸 太平洋 平安夜 长安街 北京烤鸭
    兰州拉面 南方 北方 海上 大西洋 大名鼎鼎 大方向 中江段 大足够 新昌盛 平江路 河南岸 开江西
    上海南站 上海西站 北京南站 北京西站 北川流 阳信息 国内江 省内江 市内江 境内江 县内江
    """.split()  # noqa: SIM905 — a list of quoted words would be six times as long
)

# The last character before a stem and its first, where the two are one word: 推广|安全, 确保|定点.
LEFT_WORDS = frozenset(
    """
    道德 各自 构建 平衡 范围 收集 指南 健康 金融 融资 投资 工资 物资 出资 外资 注资 下文 语文
    全文 中文 英文 公民 农民 居民 人民 临平 电平 即兴 离开 展开 打开 公开 娱乐 快乐 音乐 江河
    黄河 运河 淮河 长白 克隆 荷华 卡通 精通 最大 强大 扩大 新高 结合 复合 综合 联合 混合 整合
    适合 海德 岩潜 面临 学习 练习 复习 测定 稳定 固定 特定 设定 莲花 安宁 玄武 伏安 水文 山水
    海水 海上 线上 以上 之上 网上 至上 身上 年上 区上 关上 南海 北海 东海 拉普 飓风 多仓 海道
    残余 其余 剩余 多余 推广 确保 担保 环保 创新 最新 高新 更新 革新 全新 重新 崭新 翻新 维新
    提高 最高 较高 更高 升高 增高 很高 增长 成长 生长 市长 局长 校长 院长 部长 会长 县长 区长
    省长 特长 延长 组长 事长 州长 处长 科长 所长 站长 厂长 交通 普通 流通 畅通 沟通 联通 贯通
    直通 融通 打通 资金 基金 现金 合金 冶金 奖金 五金 乡镇 城镇 集镇 沿海 近海 渤海 黄海 深海
    出海 入海 航海 公海 远海 大海 填海 每天 今天 当天 明天 昨天 股东 房东 决定 确定 一定 规定
    稳固 巩固 重大 巨大 盛大 长江 平台 讲台 建成 完成 形成 组成 集成 社会 大会 开会 本来 未来
    论文 作文 公安 治安 不同 共同 合同 发达 表达 电信 通信 相信 诚信 信息 水平 公平 和平 太平
    高低 分类 文化 变化 强化 深化 转化 优化 研究 改革 开发 领导 机构 产业 贸易 容易 简易 交易
    实现 体现 中国 我国 外国 全国
    """.split()  # noqa: SIM905 — a list of quoted words would be six times as long
)

# The last character of a county's short form and the next, where the two are one word: 高安|全.
RIGHT_WORDS = frozenset(
    """
    安全 安装 安排 安置 安静 安心 安徽 水平 水印 水利 水质 水资 水体 水动 水泥 贡献 场景 德语
    德国 德育 文字 文本 文化 文件 文明 学习 学校 学生 平台 平均 平衡 平面 平方 平稳 平等 开发
    开始 开展 开放 开源 定理 定位 定义 定量 定制 定向 定性 洪水 洪泛 化学 化工 化石 理论 理解
    理想 理念 干流 干扰 干预 美国 美洲 美术 通过 通信 通道 通常 通用 通报 江河 江水 江南 城市
    城镇 城乡 海洋 海水 海外 海域 山区 山水 山脉 阳光 阳极 阳性 明确 明显 昌盛 源头 源性 田间
    田地 田野 和谐 和平 东部 西部 南部 北部 中部 中心 中国 中间 中央 兴趣 兴起 民族 民众 民生
    峰值 级别 流域 流程 流量 口岸 口径 丰富 丰收 原始 原理 原因 原则 余额 州际 陆架 架构 安康
    宁静 会议 会员 都市 车辆 车间 石块 石油 石材 川流 长期 长度 长江 竹子 竹林 油田 油脂 清洁
    清除 梓树 池塘 关系 关键 关注 林业 林木 牧业 义务 义工 龙头 多样 多种 多元 多个 仁爱 信息
    信用 信号 利用 利益 康复 成果 成本 成立 成功 明天 武装 武术 昌明 溪流 泉水 津贴 亭子 寿命
    坛子 邑民 岳母 至今 至少 至于 乐观 乐园 乐器 格式 格局 格尔
    """.split()  # noqa: SIM905 — as above
)
