"""School, health, old age, work, the village."""

from portal.county.matters import questions as ask
from portal.county.matters.kinds import Group, Stopper, matter
from portal.language import N_

SCHOOLS = "教育体育局 教育局 教体局"
HEALTH = "卫生健康局 卫健局 卫健委"
INSURANCE = "医疗保障局 医保局"
WORK = "人力资源和社会保障局 人社局"
CIVIL = "民政局"
FARM = "农业农村局 农业局"
TOWN = "乡镇人民政府 农业农村局"

LABOUR_LINE = Stopper(
    "labour-line",
    N_("欠薪也可以打12333"),
    N_("人社服务电话12333可以投诉欠薪、查询仲裁。请留好考勤、聊天和转账记录，这里也可以继续提交。"),
    "12333",
)
MEDICAL_DISPUTE = Stopper(
    "medical-dispute",
    N_("医疗损害可以申请调解或鉴定"),
    N_(
        "对诊疗结果有争议，可以向医疗纠纷人民调解委员会申请调解，或向法院起诉；"
        "服务态度、收费等问题可以继续提交。"
    ),
    "",
)
INSURANCE_LINE = Stopper(
    "insurance-line",
    N_("医保政策可以打12393"),
    N_("只想问报销比例、异地备案等政策，医保服务电话12393能当场回答；反映问题可以继续提交。"),
    "12393",
)

GROUPS = (
    Group(
        "education",
        N_("教育"),
        (
            matter(
                "education.admission",
                N_("入学招生"),
                "入学 招生 学位 学区 转学",
                SCHOOLS,
                ask.SCHOOL,
            ),
            matter("education.kindergarten", N_("幼儿园"), "幼儿园 幼儿 入园", SCHOOLS, ask.SCHOOL),
            matter(
                "education.teacher", N_("师德与教学"), "老师 体罚 作业 班主任", SCHOOLS, ask.SCHOOL
            ),
            matter(
                "education.fees", N_("教育收费"), "学费 乱收费 课后服务费 教辅", SCHOOLS, ask.FEE
            ),
            matter("education.food", N_("校园食堂"), "食堂 午餐 配餐 营养餐", SCHOOLS, ask.SCHOOL),
            matter("education.bus", N_("校车与接送"), "校车 校门口 接送", SCHOOLS, ask.SCHOOL),
            matter("education.bullying", N_("校园欺凌"), "霸凌 欺凌 校园暴力", SCHOOLS, ask.SCHOOL),
            matter(
                "education.tutoring", N_("校外培训"), "补习 培训班 辅导班 补课", SCHOOLS, ask.SHOP
            ),
            matter(
                "education.building",
                N_("学校建设"),
                "新建学校 教学楼 操场 宿舍楼",
                SCHOOLS,
                ask.SCHOOL,
            ),
        ),
    ),
    Group(
        "health",
        N_("医疗卫生"),
        (
            matter(
                "health.care",
                N_("诊疗与服务"),
                "医生 护士 误诊 看病 挂号",
                HEALTH,
                ask.HOSPITAL,
                ask.HAPPENED_ON,
                stopper=MEDICAL_DISPUTE,
            ),
            matter(
                "health.fees",
                N_("医疗收费"),
                "过度医疗 检查费 住院费",
                HEALTH,
                ask.HOSPITAL,
                ask.FEE,
            ),
            matter(
                "health.village",
                N_("乡镇卫生院与村卫生室"),
                "卫生院 卫生室 村医",
                HEALTH,
                ask.VILLAGE,
            ),
            matter("health.ambulance", N_("急救"), "救护车 急救", HEALTH, ask.HAPPENED_ON),
            matter(
                "health.vaccine", N_("疫苗与体检"), "疫苗 接种 体检 两癌筛查", HEALTH, ask.HOSPITAL
            ),
            matter("health.childcare", N_("生育与托育"), "托育 生育补贴 产检 育儿补贴", HEALTH),
            matter(
                "health.unlicensed", N_("非法行医"), "黑诊所 非法行医 无证行医", HEALTH, ask.SHOP
            ),
        ),
    ),
    Group(
        "welfare",
        N_("社会保障"),
        (
            matter("welfare.pension", N_("养老保险与退休"), "养老保险 养老金 退休 社保", WORK),
            matter(
                "welfare.medical",
                N_("医疗保险"),
                "医保 报销 异地就医 门诊统筹 新农合",
                INSURANCE,
                stopper=INSURANCE_LINE,
            ),
            matter(
                "welfare.minimum",
                N_("低保与救助"),
                "低保 特困 临时救助 困难户 五保",
                CIVIL,
                ask.VILLAGE,
            ),
            matter(
                "welfare.elderly", N_("养老服务"), "养老院 敬老院 老年食堂 助餐 高龄津贴", CIVIL
            ),
            matter(
                "welfare.disabled", N_("残疾人服务"), "残疾 轮椅 无障碍 残疾证", "残疾人联合会 残联"
            ),
            matter("welfare.children", N_("儿童福利"), "孤儿 留守儿童 困境儿童", CIVIL),
            matter("welfare.veterans", N_("退役军人"), "退役 退伍 优抚 烈属", "退役军人事务局"),
            matter("welfare.funeral", N_("殡葬"), "殡仪馆 公墓 火化 坟地", CIVIL),
        ),
    ),
    Group(
        "work",
        N_("劳动就业"),
        (
            matter(
                "work.wages",
                N_("拖欠工资"),
                "拖欠工资 欠薪 工资不发 不发工资 工钱 农民工工资",
                WORK,
                ask.EMPLOYER,
                ask.WORKERS,
                ask.WAGES,
                ask.CONTRACT,
                stopper=LABOUR_LINE,
            ),
            matter(
                "work.contract",
                N_("劳动合同与辞退"),
                "劳动合同 辞退 试用期 裁员",
                WORK,
                ask.EMPLOYER,
            ),
            matter("work.hours", N_("工时与休假"), "加班 休假 高温补贴 年假", WORK, ask.EMPLOYER),
            matter("work.injury", N_("工伤"), "工伤 职业病", WORK, ask.EMPLOYER, ask.HAPPENED_ON),
            matter("work.jobs", N_("求职与招聘"), "招聘 找工作 就业 失业 黑中介", WORK),
            matter("work.training", N_("技能培训与补贴"), "技能培训 培训补贴 创业贷款", WORK),
            matter(
                "work.posts", N_("公益性岗位与事业单位招考"), "公益性岗位 招考 编制 三支一扶", WORK
            ),
        ),
    ),
    Group(
        "rural",
        N_("农业农村"),
        (
            matter(
                "rural.road", N_("村道与机耕路"), "村道 机耕路 通村公路 入户路", TOWN, ask.VILLAGE
            ),
            matter(
                "rural.water",
                N_("农村饮水与灌溉"),
                "水渠 灌溉 农村饮水 机井",
                "水利局",
                ask.VILLAGE,
            ),
            matter("rural.toilet", N_("农村改厕"), "改厕 户厕 化粪池", FARM, ask.VILLAGE),
            matter(
                "rural.land", N_("土地承包与流转"), "承包地 土地流转 确权 耕地", FARM, ask.VILLAGE
            ),
            matter("rural.homestead", N_("宅基地"), "宅基地 建房审批", FARM, ask.VILLAGE),
            matter(
                "rural.subsidy", N_("惠农补贴"), "种粮补贴 惠农 农机补贴 一卡通", FARM, ask.VILLAGE
            ),
            matter(
                "rural.breeding", N_("养殖与畜禽"), "养猪场 养鸡场 养殖 猪粪", FARM, ask.VILLAGE
            ),
            matter("rural.inputs", N_("农资与虫害"), "种子 化肥 农药 虫害 假种子", FARM),
            matter(
                "rural.affairs", N_("村务公开"), "村务公开 村账 村集体 集体资金", TOWN, ask.VILLAGE
            ),
        ),
    ),
)
