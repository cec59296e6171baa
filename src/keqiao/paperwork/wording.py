"""What the clauses of each kind say: our own sentences, after articles 843–887 of the civil code; places in braces."""

from __future__ import annotations

from dataclasses import dataclass

from keqiao.paperwork.lists import Form


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading and its paragraphs, with places named as the contract's fields; a table may follow."""

    title: str
    paragraphs: tuple[str, ...]
    table: str = ""


BY_TARGETS = (
    "按本合同约定的技术目标和技术指标逐项验收。"  # what a draft begins with when targets are known
)
LIMITS = "限制条件："
SUBJECT = Clause("标的的内容、范围和要求", ("本合同项目名称：{title}。", "{subject}"))
TARGETS = Clause("技术目标和技术指标", ("各方约定应达到的技术目标和指标如下：", "{targets}"))
PLAN = Clause(
    "履行的计划与进度", ("履行计划：", "{plan}", "各阶段的进度和成果见下表。"), "schedule"
)
PLACE = Clause(
    "履行期限、地点和方式",
    (
        "本合同自{starts_on}起至{ends_on}止。",
        "履行地点：{place}。",
        "履行的范围和方式：",
        "{scope}",
    ),
)
ACCEPTANCE = Clause(
    "验收标准和方法",
    (
        "{acceptance}",
        "验收由甲方组织，乙方配合；验收结论应当书面作出并由各方签字。不合格的，书面写明与约定不符之处和整改期限。",
    ),
)
MONEY = Clause(
    "价款、报酬及其支付",
    (
        "合同总额：{total}。",
        "其中技术交易额（总额扣除设备、仪器、零部件、原材料等非技术性费用）：{technical}。",
        "支付方式：{payment}。",
        "{payment_terms}",
        "{royalty}",
        "价款由各方自行约定并直接结算，提供本草稿的平台不经手任何款项。",
    ),
)
CONFIDENTIALITY = Clause(
    "技术信息和资料的保密",
    (
        "{confidentiality}",
        "保密义务不因本合同变更、解除或终止而当然消灭，保密期限由各方在上文写明。",
    ),
)
IMPROVEMENT = Clause(
    "后续改进",
    (
        "{improvement}",
        (
            "各方可以按照互利的原则约定后续改进成果的分享办法；没有约定的，一方后续改进的成果，他方无权分享（民法典第八百七十五条）。"
            "任何一方不得借本合同非法垄断技术或者限制技术竞争和技术发展。"
        ),
    ),
)
CHANGE = Clause(
    "合同的变更与解除",
    (
        "变更本合同应当由各方书面确认。一方违约致使合同目的不能实现的，守约方可以依法解除合同。",
        "作为标的的技术已经由他人公开，致使履行没有意义的，当事人可以解除合同（民法典第八百五十七条）。",
    ),
)
CHANGE_PLAIN = Clause("合同的变更与解除", CHANGE.paragraphs[:1])
DISPUTE = Clause(
    "争议的解决",
    ("因履行本合同发生的争议，各方应当先行协商；协商不成的，按下列约定处理：", "{dispute}"),
)
TERMS = Clause("名词和术语的解释", ("{terms}",))
ANNEXES = Clause(
    "合同的组成文件",
    (
        (
            "与履行本合同有关的技术背景资料、可行性论证和技术评价报告、项目任务书和计划书、技术标准、技术规范、"
            "原始设计和工艺文件，以及其他技术文档，经各方书面确认后为本合同的组成部分："
        ),
        "{other}",
    ),
)
EFFECT = Clause(
    "生效与其他",
    (
        "本合同自各方签字或者盖章之日起生效，一式＿＿份，各方各执＿＿份，具有同等效力。",
        "申请技术合同认定登记的，由{registrant}在合同成立后向所在地的技术合同登记机构办理，他方予以配合。",
        "签订地点：{signed_at}。签订日期：{signed_on}。",
    ),
)

COMMISSION_BUYER = Clause(
    "委托方（甲方）的协作事项",
    (
        "甲方应当按照约定支付研究开发经费和报酬，提供技术资料，提出研究开发要求，完成协作事项，接受研究开发成果。",
        "甲方提供的技术资料、条件和协作事项：",
        "{cooperation}",
    ),
)
COMMISSION_SELLER = Clause(
    "研究开发方（乙方）的义务",
    (
        (
            "乙方应当按照约定制定和实施研究开发计划，合理使用研究开发经费，按期完成研究开发工作，交付研究开发成果，"
            "提供有关的技术资料和必要的技术指导，帮助甲方掌握研究开发成果。"
        ),
        "未经甲方同意，乙方不得将本合同主要的研究开发工作转由第三人承担。",
    ),
)
COMMISSION_RESULTS = Clause(
    "技术成果的归属和收益的分配",
    (
        "{ownership}",
        (
            "没有约定的：发明创造申请专利的权利属于乙方，乙方取得专利权的，甲方可以依法实施该专利；乙方转让专利申请权的，"
            "甲方享有以同等条件优先受让的权利（民法典第八百五十九条）。技术秘密成果的使用权、转让权以及收益的分配办法，按民法典第八百六十一条处理。"
        ),
        "完成技术成果的个人享有在有关技术成果文件上写明自己是成果完成者的权利和取得荣誉证书、奖励的权利。",
    ),
)
RISK = Clause(
    "研究开发风险的承担",
    (
        "{risk}",
        (
            "履行过程中出现无法克服的技术困难，致使研究开发失败或者部分失败，又没有约定的，风险由各方合理分担。一方发现可能致使失败的情形时，"
            "应当及时通知他方并采取适当措施减少损失；没有及时通知并采取措施，致使损失扩大的，就扩大的损失承担责任（民法典第八百五十八条）。"
        ),
    ),
)
COMMISSION_BREACH = Clause(
    "违约责任",
    (
        "{breach}",
        "甲方违反约定造成研究开发工作停滞、延误或者失败，或者乙方违反约定造成上述后果的，应当承担违约责任（民法典第八百五十四条）。",
    ),
)
JOINT_SHARES = Clause(
    "合作各方的投资和分工",
    (
        "合作各方应当按照约定进行投资，包括以技术进行投资，分工参与研究开发工作，协作配合研究开发工作。",
        "各方的投资、分工和提供的条件：",
        "{cooperation}",
    ),
)
JOINT_RESULTS = Clause(
    "技术成果的归属和收益的分配",
    (
        "{ownership}",
        (
            "没有约定的：合作开发完成的发明创造，申请专利的权利属于合作开发的当事人共有；一方转让其共有的专利申请权的，"
            "其他各方享有以同等条件优先受让的权利；一方声明放弃的，可以由另一方单独或者其他各方共同申请；一方不同意申请专利的，"
            "另一方或者其他各方不得申请（民法典第八百六十条）。"
        ),
        COMMISSION_RESULTS.paragraphs[2],
    ),
)
JOINT_BREACH = Clause(
    "违约责任",
    (
        "{breach}",
        "一方违反约定造成研究开发工作停滞、延误或者失败的，应当承担违约责任（民法典第八百五十六条）。",
    ),
)

PATENTS = Clause(
    "所涉专利",
    ("发明创造的名称、专利申请人和专利权人、申请日期、申请号、专利号以及有效期限如下：",),
    "patents",
)
DELIVERY = Clause(
    "技术资料的交付和技术指导",
    (
        "乙方应当按照约定交付与标的技术有关的资料，提供必要的技术指导，使甲方能够实施该技术。甲方提供的条件：",
        "{cooperation}",
    ),
)
WARRANTY = Clause(
    "权利保证与侵权责任",
    (
        "乙方保证自己是所提供技术的合法拥有者，并保证所提供的技术完整、无误、有效，能够达到约定的目标（民法典第八百七十条）。",
        "甲方按照约定实施专利、使用技术秘密侵害他人合法权益的，由乙方承担责任，各方另有约定的除外（民法典第八百七十四条）。",
        "签订前已经实施、许可他人实施或者设定担保的情况：＿＿＿＿＿＿。",
    ),
)
SCOPE = Clause(
    "实施或者使用的范围",
    (
        "各方约定实施专利或者使用技术秘密的范围如下，但不得限制技术竞争和技术发展（民法典第八百六十四条）：",
        "{scope}",
        "本合同自{starts_on}起至{ends_on}止，履行地点：{place}。",
    ),
)
PATENT_REGISTER = Clause(
    "登记手续",
    (
        "转让专利申请权或者专利权的，由{registrant}在合同签订后＿＿日内向国务院专利行政部门办理登记，登记费用由＿＿方承担；转让自登记之日起生效。",
    ),
)
LICENCE_RECORD = Clause(
    "备案与许可的期限",
    (
        "专利实施许可合同只在该专利权的有效期限内有效；专利权期限届满或者被宣告无效的，乙方不得就该专利与他人订立许可合同（民法典第八百六十五条）。",
        "由{registrant}自合同生效之日起三个月内向国务院专利行政部门办理备案。",
    ),
)
TRANSFER_RESULTS = Clause("技术成果的归属和收益的分配", ("{ownership}",))
TRANSFER_RISK = Clause("技术实施的风险", ("{risk}",))
TRANSFER_BREACH = Clause(
    "违约责任",
    (
        "{breach}",
        (
            "乙方未按照约定交付技术的，应当返还部分或者全部使用费并承担违约责任；甲方未按照约定支付使用费的，应当补交并支付违约金。"
            "超越约定范围实施、擅自许可第三人实施或者违反保密义务的，应当停止违约行为并承担违约责任（民法典第八百七十二条、第八百七十三条）。"
        ),
    ),
)
LICENCE_WAYS = Clause(
    "许可的方式和限制",
    (
        "许可方式为下列第＿＿种：（一）独占实施许可；（二）排他实施许可；（三）普通实施许可。",
        "甲方应当按照约定实施或者使用，不得许可约定以外的第三人实施（民法典第八百六十七条）。",
    ),
)

ADVICE_BUYER = Clause(
    "委托方（甲方）的协作事项",
    (
        "甲方应当阐明咨询的问题，提供技术背景材料及有关技术资料，接受乙方的工作成果，支付报酬（民法典第八百七十九条）。",
        "{cooperation}",
    ),
)
ADVICE_SELLER = Clause(
    "受托方（乙方）的义务",
    (
        "乙方应当按照约定的期限完成咨询报告或者解答问题，提出的咨询报告应当达到约定的要求（民法典第八百八十条）。",
    ),
)
ADVICE_RISK = Clause(
    "决策责任",
    (
        "{risk}",
        "甲方按照乙方符合约定要求的咨询报告和意见作出决策所造成的损失，由甲方承担，各方另有约定的除外（民法典第八百八十一条）。",
    ),
)
SERVICE_BUYER = Clause(
    "委托方（甲方）的协作事项",
    (
        "甲方应当按照约定提供工作条件，完成配合事项，接受工作成果并支付报酬（民法典第八百八十二条）。",
        "{cooperation}",
    ),
)
SERVICE_SELLER = Clause(
    "受托方（乙方）的义务",
    (
        "乙方应当按照约定完成服务项目，解决技术问题，保证工作质量，并传授解决技术问题的知识（民法典第八百八十三条）。",
    ),
)
SERVICE_RESULTS = Clause(
    "新的技术成果的归属和费用的负担",
    (
        "{ownership}",
        (
            "没有约定的：乙方利用甲方提供的技术资料和工作条件完成的新的技术成果，属于乙方；甲方利用乙方的工作成果完成的新的技术成果，"
            "属于甲方（民法典第八百八十五条）。乙方正常开展工作所需费用没有约定的，由乙方负担（民法典第八百八十六条）。"
        ),
    ),
)
SERVICE_RISK = Clause("风险的承担", ("{risk}",))
ADVICE_BREACH = Clause(
    "违约责任",
    (
        "{breach}",
        (
            "甲方未按照约定提供必要的资料、影响工作进度和质量，不接受或者逾期接受工作成果的，支付的报酬不得追回，未支付的报酬应当支付；"
            "乙方未按期提出咨询报告或者提出的咨询报告不符合约定的，应当承担减收或者免收报酬等违约责任（民法典第八百八十一条）。"
        ),
    ),
)
SERVICE_BREACH = Clause(
    "违约责任",
    (
        "{breach}",
        (
            "甲方不履行合同义务或者履行不符合约定，影响工作进度和质量，不接受或者逾期接受工作成果的，支付的报酬不得追回，未支付的报酬应当支付；"
            "乙方未按照约定完成服务工作的，应当承担免收报酬等违约责任（民法典第八百八十四条）。"
        ),
    ),
)
SPECIAL = Clause(
    "适用的其他规定",
    ("法律、行政法规对技术中介合同、技术培训合同另有规定的，依照其规定（民法典第八百八十七条）。",),
)
OTHER_RIGHTS = Clause(
    "适用的其他规定",
    (
        "集成电路布图设计专有权、植物新品种权、计算机软件著作权等其他知识产权的转让和许可，参照适用技术转让和技术许可的有关规定（民法典第八百七十六条）。",
    ),
)

_END = (CONFIDENTIALITY, IMPROVEMENT)
_LAST = (TERMS, ANNEXES, DISPUTE, EFFECT)
_DONE = (SUBJECT, TARGETS, PLAN, PLACE)
_JOB = (
    *_DONE,
    COMMISSION_BUYER,
    COMMISSION_SELLER,
    ACCEPTANCE,
    MONEY,
    COMMISSION_RESULTS,
    RISK,
    *_END,
)
_JOINT = (*_DONE, JOINT_SHARES, ACCEPTANCE, MONEY, JOINT_RESULTS, RISK, *_END)
_GIVEN = (SUBJECT, PATENTS, SCOPE)
_GIVING = (
    TARGETS,
    PLAN,
    DELIVERY,
    ACCEPTANCE,
    MONEY,
    WARRANTY,
    TRANSFER_RESULTS,
    TRANSFER_RISK,
    *_END,
)
_ADVICE = (
    *_DONE,
    ADVICE_BUYER,
    ADVICE_SELLER,
    ACCEPTANCE,
    MONEY,
    SERVICE_RESULTS,
    ADVICE_RISK,
    *_END,
)
_SERVICE = (
    *_DONE,
    SERVICE_BUYER,
    SERVICE_SELLER,
    ACCEPTANCE,
    MONEY,
    SERVICE_RESULTS,
    SERVICE_RISK,
    *_END,
)
_BROKEN = (TRANSFER_BREACH, CHANGE)
CLAUSES: dict[Form, tuple[Clause, ...]] = {
    Form.COMMISSIONED: (*_JOB, COMMISSION_BREACH, CHANGE, *_LAST),
    Form.COOPERATIVE: (*_JOINT, JOINT_BREACH, CHANGE, *_LAST),
    Form.CONVERSION: (*_JOINT, JOINT_BREACH, CHANGE, *_LAST),
    Form.PATENT_ASSIGNMENT: (*_GIVEN, PATENT_REGISTER, *_GIVING, *_BROKEN, *_LAST),
    Form.APPLICATION_ASSIGNMENT: (*_GIVEN, PATENT_REGISTER, *_GIVING, *_BROKEN, *_LAST),
    Form.SECRET_ASSIGNMENT: (SUBJECT, SCOPE, *_GIVING, *_BROKEN, *_LAST),
    Form.OTHER_ASSIGNMENT: (SUBJECT, SCOPE, *_GIVING, *_BROKEN, OTHER_RIGHTS, *_LAST),
    Form.PATENT_LICENCE: (*_GIVEN, LICENCE_WAYS, LICENCE_RECORD, *_GIVING, *_BROKEN, *_LAST),
    Form.SECRET_LICENCE: (SUBJECT, SCOPE, LICENCE_WAYS, *_GIVING, *_BROKEN, *_LAST),
    Form.OTHER_LICENCE: (SUBJECT, SCOPE, LICENCE_WAYS, *_GIVING, *_BROKEN, OTHER_RIGHTS, *_LAST),
    Form.CONSULTING: (*_ADVICE, ADVICE_BREACH, CHANGE_PLAIN, *_LAST),
    Form.SERVICE: (*_SERVICE, SERVICE_BREACH, CHANGE_PLAIN, *_LAST),
    Form.INTERMEDIARY: (*_SERVICE, SERVICE_BREACH, SPECIAL, CHANGE_PLAIN, *_LAST),
    Form.TRAINING: (*_SERVICE, SERVICE_BREACH, SPECIAL, CHANGE_PLAIN, *_LAST),
}  # fmt: skip
ROYALTY = (
    "实行提成支付的，按产品价格、实施后新增的产值、利润或者产品销售额的一定比例或者各方约定的其他办法计算；"
    "乙方查阅甲方有关会计账目的办法：＿＿＿＿＿＿（民法典第八百四十六条）。"
)
