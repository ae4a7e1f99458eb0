"""Roads between places, clean air, fair trade, safety, leisure, and how offices behave."""

from portal.county.matters import questions as ask
from portal.county.matters.kinds import Group, Severity, Stopper, matter
from portal.language import N_

ROADS = "交通运输局 交通局"
BUSES = "公共交通公司 公交公司 交通运输局"
POLICE = "公安局"
NATURE = "生态环境分局 生态环境局 环保局"
CITY = "综合行政执法局 城市管理局 城管局"
MARKET = "市场监督管理局 市场监管局"
FIRE = "消防救援大队 应急管理局"
EMERGENCY = "应急管理局"
CULTURE = "文化广电旅游体育局 文化广电和旅游局 文旅局"
SERVICE = "行政审批服务局 政务服务中心 政府办公室"
DISCIPLINE = "纪委监委 纪检监察"
SUPERVISION = "政府督查室 督查室 政府办公室"

NOISE_NOW = Stopper(
    "noise-now",
    N_("正在吵，可以打110"),
    N_("邻居、广场或娱乐场所的噪声正在发生时，民警可以当场处理；长期的问题可以继续提交。"),
    "110",
)
CONSUMER_LINE = Stopper(
    "consumer-line",
    N_("消费纠纷也可以打12315"),
    N_("买东西、退款、预付卡的纠纷可以拨打12315，留好小票和付款记录；这里也可以继续提交。"),
    "12315",
)
FRAUD_NOW = Stopper(
    "fraud",
    N_("被骗转账，请马上打110"),
    N_("越早报警越可能止付，也可以拨打反诈专线96110。线索性的情况可以继续提交。"),
    "110",
    Severity.CALL_NOW,
)
TO_DISCIPLINE = Stopper(
    "discipline",
    N_("反映违纪违法，请选“举报”"),
    N_(
        "类型选“举报”，内容直接送纪检监察机关，不公开，也不会转给被举报的人或单位；"
        "也可以拨打12388。"
    ),
    "12388",
)
TELECOM_LINE = Stopper(
    "telecom-line",
    N_("先找运营商，再找主管部门"),
    N_("资费和故障请先打运营商客服；对处理不满意，可以拨打电信用户申诉电话12300，也可以继续提交。"),
    "12300",
)

GROUPS = (
    Group(
        "traffic",
        N_("交通出行"),
        (
            matter("traffic.bus", N_("公交"), "公交 公交车 候车亭 站台 末班车", BUSES, ask.LINE),
            matter(
                "traffic.coach", N_("客运与城乡班车"), "班车 客运站 大巴 城乡客运", ROADS, ask.LINE
            ),
            matter("traffic.taxi", N_("出租车与网约车"), "出租车 网约车 拒载 黑车 打表", ROADS),
            matter(
                "traffic.country-road",
                N_("公路与桥梁"),
                "公路 护栏 危桥 桥梁 路基",
                ROADS,
                ask.SPOT,
            ),
            matter(
                "traffic.lights",
                N_("红绿灯与标线"),
                "红绿灯 信号灯 斑马线 标线 减速带",
                POLICE,
                ask.SPOT,
            ),
            matter(
                "traffic.jam",
                N_("拥堵与违停"),
                "堵车 拥堵 堵得 违停 乱停车 停满车 超速 逆行",
                POLICE,
                ask.SPOT,
            ),
            matter("traffic.parking", N_("停车位"), "停车位 停车难 停车场 车位少", CITY, ask.SPOT),
            matter("traffic.overload", N_("超载货车"), "超载 大货车 超限 拉土车", ROADS, ask.SPOT),
        ),
    ),
    Group(
        "environment",
        N_("生态环境"),
        (
            matter(
                "environment.factory",
                N_("工厂排污"),
                "废气 排污 化工厂 偷排 黑烟",
                NATURE,
                ask.SHOP,
            ),
            matter(
                "environment.smell", N_("异味"), "臭味 恶臭 刺鼻 臭气", NATURE, ask.SPOT, ask.HOURS
            ),
            matter(
                "environment.river", N_("河道与水体"), "河道 黑臭水体 水库 河水", "水利局", ask.SPOT
            ),
            matter("environment.dust", N_("扬尘"), "扬尘 灰尘 粉尘", NATURE, ask.SPOT),
            matter("environment.burning", N_("焚烧"), "秸秆 焚烧 烧垃圾", NATURE, ask.SPOT),
            matter("environment.fumes", N_("餐饮油烟"), "油烟 烧烤", CITY, ask.SHOP, ask.HOURS),
            matter(
                "environment.noise-site",
                N_("施工噪声"),
                "夜间施工 施工噪声",
                CITY,
                ask.SITE,
                ask.HOURS,
            ),
            matter(
                "environment.noise-life",
                N_("社会生活噪声"),
                "噪声 噪音 扰民 广场舞 音响 太吵",
                POLICE,
                ask.SPOT,
                ask.HOURS,
                stopper=NOISE_NOW,
            ),
        ),
    ),
    Group(
        "market",
        N_("市场监管"),
        (
            matter("market.food", N_("食品安全"), "食品 过期 变质 吃出 不卫生", MARKET, ask.SHOP),
            matter(
                "market.price",
                N_("价格与计量"),
                "涨价 宰客 缺斤少两 明码标价",
                MARKET,
                ask.SHOP,
                ask.FEE,
            ),
            matter(
                "market.consumer",
                N_("消费纠纷"),
                "退款 退货 预付卡 办卡 跑路 售后",
                MARKET,
                ask.SHOP,
                ask.PAPERS,
                stopper=CONSUMER_LINE,
            ),
            matter("market.fake", N_("假冒伪劣"), "假货 假冒 伪劣 假酒 假烟", MARKET, ask.SHOP),
            matter("market.drugs", N_("药品与保健品"), "药店 药品 保健品 假药", MARKET, ask.SHOP),
            matter(
                "market.lift-safety",
                N_("电梯运行安全"),
                "电梯坏 电梯故障 电梯停运 困人 电梯维修",
                MARKET,
                ask.ESTATE,
                ask.ELEVATOR_NO,
            ),
            matter("market.unlicensed", N_("无照经营"), "无照 无证经营 黑作坊", MARKET, ask.SHOP),
            matter(
                "market.fair",
                N_("农贸市场"),
                "菜市场 农贸市场 集市",
                "商务局 市场监督管理局",
                ask.SPOT,
            ),
        ),
    ),
    Group(
        "safety",
        N_("公共安全"),
        (
            matter(
                "safety.fire",
                N_("消防隐患"),
                "消防通道 灭火器 消防栓 飞线充电 楼道堆物",
                FIRE,
                ask.SPOT,
            ),
            matter(
                "safety.production", N_("生产安全"), "安全生产 矿山 危化品", EMERGENCY, ask.SHOP
            ),
            matter("safety.fireworks", N_("烟花爆竹"), "烟花 爆竹 鞭炮", EMERGENCY, ask.SPOT),
            matter("safety.order", N_("治安"), "治安 小偷 偷盗 赌博 盗窃 闹事", POLICE, ask.SPOT),
            matter("safety.fraud", N_("诈骗"), "诈骗 被骗 骗子 传销", POLICE, stopper=FRAUD_NOW),
            matter("safety.dogs", N_("养犬"), "养狗 流浪狗 遛狗 犬吠 狗叫", POLICE, ask.SPOT),
            matter(
                "safety.falling",
                N_("高空抛物与坠物"),
                "高空抛物 往下扔 外墙脱落 坠物 墙皮",
                "住房和城乡建设局",
                ask.ESTATE,
            ),
            matter(
                "safety.disaster",
                N_("地质与洪涝灾害"),
                "滑坡 泥石流 塌方 洪水 防汛",
                EMERGENCY,
                ask.SPOT,
            ),
            matter(
                "safety.cables",
                N_("线缆与电杆"),
                "电线 电线杆 线缆 光缆 变压器",
                "供电公司",
                ask.SPOT,
            ),
        ),
    ),
    Group(
        "culture",
        N_("文化体育旅游"),
        (
            matter("culture.library", N_("图书馆与文化站"), "图书馆 文化馆 文化站 博物馆", CULTURE),
            matter(
                "culture.fitness",
                N_("健身场地与器材"),
                "健身器材 篮球场 体育馆 健身房",
                CULTURE,
                ask.SPOT,
            ),
            matter(
                "culture.tourism",
                N_("景区与旅游"),
                "景区 导游 旅行社 门票",
                CULTURE,
                ask.HAPPENED_ON,
            ),
            matter("culture.broadcast", N_("广播电视"), "有线电视 应急广播 大喇叭", CULTURE),
            matter(
                "culture.venues", N_("网吧与娱乐场所"), "网吧 酒吧 歌厅 棋牌室", CULTURE, ask.SHOP
            ),
        ),
    ),
    Group(
        "conduct",
        N_("政务服务与作风"),
        (
            matter("conduct.window", N_("窗口服务"), "窗口 大厅 办事 排队", SERVICE, ask.OFFICE),
            matter(
                "conduct.attitude",
                N_("服务态度"),
                "态度恶劣 态度差 推诿 踢皮球",
                SERVICE,
                ask.OFFICE,
            ),
            matter(
                "conduct.slow", N_("办理拖延"), "拖延 迟迟不办 不作为 没人管", SERVICE, ask.OFFICE
            ),
            matter(
                "conduct.fees",
                N_("违规收费"),
                "违规收费 搭车收费 不开票",
                MARKET,
                ask.OFFICE,
                ask.FEE,
            ),
            matter("conduct.permits", N_("审批与证照"), "营业执照 许可证 审批 备案", SERVICE),
            matter("conduct.household", N_("户籍与身份证"), "户口 户籍 落户 身份证 居住证", POLICE),
            matter("conduct.tax", N_("税费与发票"), "税务 发票 个税 契税", "税务局"),
            matter(
                "conduct.graft",
                N_("违纪违法线索"),
                "贪污 受贿 红包 优亲厚友 吃拿卡要 挪用 截留 挤占资金 侵吞 套取 冒领",
                DISCIPLINE,
                stopper=TO_DISCIPLINE,
            ),
            matter(
                "conduct.formalism",
                N_("形式主义与铺张浪费"),
                "形式主义 官僚主义 形象工程 政绩工程 面子工程 重复检查 重复填表 层层加码 走过场"
                " 浪费 劳民伤财",
                SUPERVISION,
                ask.WHOSE,
            ),
        ),
    ),
    Group(
        "other",
        N_("其他"),
        (
            matter(
                "other.telecom",
                N_("通信网络"),
                "手机信号 信号差 宽带 话费 基站",
                "通信 科学技术和工业信息化局",
                stopper=TELECOM_LINE,
            ),
            matter("other.post", N_("快递与邮政"), "快递 包裹 邮局 邮件", "邮政管理"),
            matter(
                "other.neighbours",
                N_("邻里与家庭纠纷"),
                "邻里 邻居 家庭纠纷 妇女",
                "司法局 街道办事处",
            ),
            matter("other.law", N_("法律援助与公证"), "法律援助 公证 律师", "司法局"),
            matter("other.else", N_("其他事项"), "其他", "政府办公室"),
        ),
    ),
)
