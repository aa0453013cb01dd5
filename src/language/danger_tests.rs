use super::{Danger, Danger::*, find};
use crate::language::normalize;

#[path = "danger_rounds.rs"]
mod rounds;

fn kinds(text: &str) -> Vec<Danger> {
    let mut kinds: Vec<Danger> = find(&normalize(text)).into_iter().map(|sign| sign.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[test]
fn people_in_danger_are_heard_in_their_own_words() {
    for (text, expected) in [
        ("真的不想活了，活着太累", SelfHarm),
        ("欠这么多债，死了算了", SelfHarm),
        ("我妈被骗了养老钱，天天说要跳楼", SelfHarm),
        ("他再逼我我就跳楼", SelfHarm),
        ("已经买了安眠药，孩子托付给你们", SelfHarm),
        ("不给工资我就爬塔吊", SelfHarm),
        ("老板欠钱，工人闹着要自杀", SelfHarm),
        ("他又打我，这次打得眼睛都肿了", DomesticViolence),
        ("老公一喝酒就动手，我带孩子躲出来了", DomesticViolence),
        ("男朋友掐我脖子", DomesticViolence),
        ("我被家暴三年了", DomesticViolence),
        ("公公天天骂，前夫昨天来打我", DomesticViolence),
        ("儿子不成器，要钱不给就打我妈", DomesticViolence),
        ("他拿刀堵在门口", Violence),
        ("有人在砸门，说要弄死我", Violence),
        ("老板把我们身份证收了，不让我们走", Violence),
        ("被骗进传销，被关着出不来，救救我", Violence),
        ("他拿裸照威胁我，不给钱就发出去", Violence),
        ("隔壁天天打小孩，哭得很惨", MinorAtRisk),
        ("我女儿被老师猥亵了", MinorAtRisk),
        ("我今年14岁，网友威胁我拍照", MinorAtRisk),
        ("儿子在学校被同学欺负不敢上学", MinorAtRisk),
        ("孩子不见了，昨晚到现在没回来", MinorAtRisk),
        ("我们三十几个工人在工地门口，过年前不给钱就不走", GroupDispute),
        ("小区200多户业主一起要求退房", GroupDispute),
        ("工友说明天去堵路", GroupDispute),
    ] {
        assert!(kinds(text).contains(&expected), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn everyday_words_that_only_sound_dangerous_raise_no_alarm() {
    for text in [
        "打电话给老板，他不接",
        "我在外面打工，想打官司",
        "商家说杀价就不卖",
        "跳楼价买的衣服有质量问题",
        "他没有打我，就是吵架",
        "我没想自杀，只是压力大想问问怎么还债",
        "我不想自杀，你们别担心",
        "没有打人，为什么拘留我",
        "对方先动手打我一拳，派出所说调解",
        "钱打我卡上之后公司又要回去",
        "他答应月底打我账户",
        "工资一直不打我银行卡里",
        "员工在宿舍自杀身亡，单位要不要赔",
        "父亲去世后房子怎么分",
        "合同打印出来没盖章",
        "死活不退押金",
        "救护车费谁出",
        "孩子抚养费怎么要",
        "联系不上老板，工资要不到",
        "三个人合伙开店",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn danger_under_way_is_heard_and_its_negation_is_not() {
    for (text, expected) in [
        ("楼下有人正在打我爸，报警还没人来", Violence),
        ("他们把我关着不让我走，手机快没电了", Violence),
        ("前夫撬门进来了，孩子在哭", Violence),
        ("我16岁，被几个同学围着要钱还拍视频", MinorAtRisk),
        ("全体业主明天去区政府门口拉横幅", GroupDispute),
        ("活着没意思，判决下来我就从楼上跳下去", SelfHarm),
    ] {
        assert!(kinds(text).contains(&expected), "{text}: {:?}", find(&normalize(text)));
    }
    for text in [
        "老公从来没有打我，就是不顾家",
        "我没想跳楼，就是压力大",
        "他没有威胁我，只是不还钱",
        "孩子没有被欺负，老师批评了几句",
        "业主没有人去堵路，物业却报警了",
        "别担心，我不会自杀",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn a_finished_crime_is_a_question_about_the_law_and_a_lasting_one_is_an_alarm() {
    assert!(kinds("持刀抢劫没伤人一般判几年").is_empty());
    assert!(kinds("他天天持刀来威胁，会判刑吗").contains(&Violence));
}

#[test]
fn those_who_may_follow_a_death_or_are_waited_for_after_school_are_heard() {
    for (text, expected) in [
        ("网贷逼得我想一头撞死", SelfHarm),
        ("老伴走后我爸整天念叨要跟着去", SelfHarm),
        ("老婆脾气暴，经常拿东西砸我", DomesticViolence),
        ("校外的人天天堵我弟弟要钱", MinorAtRisk),
    ] {
        assert!(kinds(text).contains(&expected), "{text}: {:?}", find(&normalize(text)));
    }
    for text in [
        "司机撞死人要赔多少",
        "老伴走后房子怎么过户",
        "老婆砸我电脑，能要赔偿吗",
        "弟弟找我要钱买车",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn the_words_that_raised_the_alarm_are_reported() {
    let signs = find("老公打我,我不想活了");
    assert!(signs.iter().any(|sign| sign.word == "不想活了" && sign.kind == SelfHarm));
    assert!(signs.iter().any(|sign| sign.word == "老公打我" && sign.kind == DomesticViolence));
}

/// Messages as people in need write, made up in three rounds: before each the words knew 8 of 46, 4 of
/// 45 and 8 of 32 of the new ones. Whoever widens the words should first write a round of their own.
const IN_NEED: &[(&str, Danger)] = &[
    ("催收天天骂我，我真的扛不住了，想从桥上跳下去", SelfHarm),
    ("如果判我输，我就死在法院门口", SelfHarm),
    ("我爸因为被骗把农药都准备好了", SelfHarm),
    ("女儿被网暴，手腕上都是刀片划的口子", SelfHarm),
    ("没脸见人了，不如走了干净", SelfHarm),
    ("我弟欠了网贷，昨晚吃了一整瓶药，现在在医院", SelfHarm),
    ("活得太痛苦了，每天都在想怎么离开这个世界", SelfHarm),
    ("大不了这条命给他们", SelfHarm),
    ("孩子他妈留了张字条说照顾好孩子，人找不到了", SelfHarm),
    ("再不还钱我就从你们楼顶下去", SelfHarm),
    ("他喝点酒就把我往墙上撞", DomesticViolence),
    ("老公昨天把我按在地上踹，身上全是紫的", DomesticViolence),
    ("我妹夫三天两头打她，她不敢说", DomesticViolence),
    ("对象把我手机砸了，还不准我出门", DomesticViolence),
    ("老头子脾气上来就抄扁担打，我都七十了", DomesticViolence),
    ("我男朋友昨晚扇了我好几个耳光", DomesticViolence),
    ("婆婆和老公一起按着我打", DomesticViolence),
    ("结婚六年被他打了六年，肋骨断过两根", DomesticViolence),
    ("我姐让姐夫打得住院了，还说离婚就杀她全家", DomesticViolence),
    ("我一提离婚他就动拳头", DomesticViolence),
    ("有个男的一直跟在我后面，我躲在便利店里", Violence),
    ("讨债的几个人现在堵着我家门不让出去", Violence),
    ("老板叫了一群人拿钢管把工地围了", Violence),
    ("我被骗到缅甸了，他们不让走还电我", Violence),
    ("室友把我反锁在屋里了", Violence),
    ("他说今晚要放火烧了我店", Violence),
    ("快点来人啊，楼道里有人拿着菜刀", Violence),
    ("被几个人拉上面包车了，不知道在哪", Violence),
    ("网友说不给钱就把我的裸照发给我爸妈", Violence),
    ("收账的说明天带人来卸我一条腿", Violence),
    ("昨天下班路上被人拖进树林，我该怎么办", Violence),
    ("他发短信说要让我横着出去", Violence),
    ("班里几个女生把她拖进厕所扒衣服拍视频，我女儿才初一", MinorAtRisk),
    ("我侄女才十岁，说邻居爷爷老摸她", MinorAtRisk),
    ("幼儿园回来孩子大腿上有针眼", MinorAtRisk),
    ("我十三岁，爸爸总是半夜进我房间", MinorAtRisk),
    ("初二的儿子被高年级的要钱，不给就打", MinorAtRisk),
    ("邻居家小孩大冬天被罚站在门外只穿单衣，身上有伤", MinorAtRisk),
    ("外甥女十二岁怀孕了，不敢告诉家里", MinorAtRisk),
    ("老师把孩子耳朵揪出血了", MinorAtRisk),
    ("有人加我儿子游戏好友，让他脱衣服开摄像头", MinorAtRisk),
    ("厂里八十多号人两个月没发钱，明天一起去劳动局", GroupDispute),
    ("群里说好周一业主都去售楼处讨个说法", GroupDispute),
    ("拆迁的村民今天把挖掘机拦住了", GroupDispute),
    ("幼儿园跑路，五六十个家长围在门口", GroupDispute),
    ("健身房关门了，我们三百多会员准备一起去市里", GroupDispute),
    ("药都摆在床头了，就等今晚", SelfHarm),
    ("绳子我都买好了，法院不给我公道我就吊死在那", SelfHarm),
    ("我站在十六楼阳台，什么都不想了", SelfHarm),
    ("老父亲说与其拖累我们不如自己走", SelfHarm),
    ("我女儿发朋友圈说下辈子不来了", SelfHarm),
    ("已经割了两刀，血止不住", SelfHarm),
    ("抑郁症三年，最近总想一睡不醒", SelfHarm),
    ("他要是判了缓刑我就不活", SelfHarm),
    ("工友爬到吊车上面说拿不到钱就往下跳", SelfHarm),
    ("老公拿凳子砸我头，缝了八针", DomesticViolence),
    ("前天晚上他用皮带抽了我一个小时", DomesticViolence),
    ("丈夫把我推下楼梯，脚崴了", DomesticViolence),
    ("男友喝醉拿烟头往我手上按", DomesticViolence),
    ("他掐得我喘不过气，孩子吓得直哭", DomesticViolence),
    ("嫁过来就没少挨打", DomesticViolence),
    ("我妈被我后爸打得下不了床", DomesticViolence),
    ("儿媳妇把我这个老太婆推倒在地", DomesticViolence),
    ("离婚了他还三天两头来家里砸东西打我", DomesticViolence),
    ("有人翻墙进我家院子了，我一个人在家", Violence),
    ("债主把我儿子扣在宾馆不放", Violence),
    ("他举着斧头站在我家楼下", Violence),
    ("对方叫了十几个社会青年要来店里动手", Violence),
    ("被中介关在办公室逼我签字", Violence),
    ("邻居扬言要杀光我们一家", Violence),
    ("出租车司机不停车，往荒地开", Violence),
    ("有人往我家门缝塞威胁信，写着让我小心孩子", Violence),
    ("前男友在我公司楼下守着，说不复合就同归于尽", Violence),
    ("收高利贷的把我按住灌酒", Violence),
    ("酒店里那个人硬把我拉进房间", Violence),
    ("他把汽油都带来了，说一起死", Violence),
    ("晚托班老师用针扎小孩", MinorAtRisk),
    ("同桌的爸爸摸了我女儿的屁股", MinorAtRisk),
    ("儿子被逼着喝厕所水", MinorAtRisk),
    ("我15了，妈妈的男朋友老是偷看我洗澡", MinorAtRisk),
    ("侄子三岁被他妈锁家里饿了两天", MinorAtRisk),
    ("女儿才上六年级，网上认识的人叫她去开房", MinorAtRisk),
    ("继母拿衣架抽孩子，后背一条一条的", MinorAtRisk),
    ("孩子在放学路上被陌生人拽上车", MinorAtRisk),
    ("整栋楼的业主明天都去住建局", GroupDispute),
    ("一百多号老师被拖欠绩效，准备集体请愿", GroupDispute),
    ("我们几十个司机要把平台告了", GroupDispute),
    ("村里人把路挖断了不让车进", GroupDispute),
    ("我把煤气打开了，谁也别来找我", SelfHarm),
    ("妈妈吃了半瓶降压药，说不想拖累儿女", SelfHarm),
    ("法官不给我做主我就从三楼跳", SelfHarm),
    ("儿子给我发了定位在江边，说对不起我", SelfHarm),
    ("被裁员后我每晚都盼着别再醒过来", SelfHarm),
    ("欠条都写好了，人死债消总行了吧", SelfHarm),
    ("室友在浴室割腕被我发现了", SelfHarm),
    ("他一生气就拿我撒气，胳膊青一块紫一块", DomesticViolence),
    ("婆家人合伙把我打出家门", DomesticViolence),
    ("男朋友不让分手，打断我手机还勒我脖子", DomesticViolence),
    ("爸爸喝多了追着妈妈打", DomesticViolence),
    ("女婿动手打了我女儿，鼻梁骨折", DomesticViolence),
    ("丈夫半夜把我赶出来，不给衣服穿", DomesticViolence),
    ("我老公把开水往我身上泼", DomesticViolence),
    ("她天天打我，我是男的也不好意思说", DomesticViolence),
    ("我店门口来了七八个人拿着棒球棍", Violence),
    ("包工头把我的身份证手机都收了，宿舍门也锁了", Violence),
    ("有人在楼道里泼了汽油要点", Violence),
    ("那个变态又在小区里跟踪女孩子，今天拽了一个", Violence),
    ("前员工提着刀来公司找我", Violence),
    ("我老乡被骗去搞传销，手机被收了出不来", Violence),
    ("网约车司机锁了车门不让我下", Violence),
    ("他说再报警就弄死我全家", Violence),
    ("体育老师摸女生大腿", MinorAtRisk),
    ("保姆把一岁宝宝往床上摔，监控拍到了", MinorAtRisk),
    ("女儿手机里有人叫她发裸照", MinorAtRisk),
    ("十四岁的妹妹被一个男的带出去过夜", MinorAtRisk),
    ("亲爹把八岁儿子吊起来打", MinorAtRisk),
    ("儿子在寄宿学校被教官打得尿血", MinorAtRisk),
    ("三百多个购房者明天集合去找开发商", GroupDispute),
    ("全厂停工了，大家都在厂门口坐着", GroupDispute),
];

/// The same words where nobody is in need: denied, long past, told of others, quoted.
const NOT_IN_NEED: &[&str] = &[
    "以前想过死，现在早就好了，只想问离婚",
    "电视剧里女主跳河的镜头能不能投诉",
    "十年前我爷爷喝农药走的，现在分遗产",
    "对方律师说我这是自寻死路，能这样讲吗",
    "我没有家暴他，是他自己摔的",
    "他从没打过我，就是冷暴力",
    "我和老公没有动过手，想和平离婚",
    "我没有拿刀，只是吵了几句",
    "他说要起诉我",
    "客服说要冻结我账户",
    "昨天杀了一只鸡，邻居说扰民",
    "前年被人打断腿，现在想申请伤残鉴定",
    "五年前被绑架的案子判了没赔钱",
    "孩子没被老师打，是自己摔的",
    "儿子考试没考好我说了他几句",
    "未成年人能不能签合同",
    "孩子十二岁想改姓",
    "老师没有体罚，只是让他站了五分钟",
    "公司有两百个人，我问我的年假",
    "员工三十人的公司要建工会吗",
    "我们班50个人就我没评上",
    "我们家三个人的户口怎么分",
    "楼上装修把我家墙打穿了",
    "他在群里发我和别人的聊天截图",
    "小孩把邻居的车划了要赔多少",
    "同事开玩笑说要打我，领导让他道歉了",
    "老公没有不让我出门，是我自己不想出去",
    "那个人没有跟踪我，是我看错了",
    "网上说掐人中能救人吗",
    "我家刀具店的营业执照怎么办",
    "小孩在幼儿园自己摔破了头",
    "他打电话骂我",
    "药店卖给我过期药",
    "我和儿媳妇吵架了她搬出去住",
    "楼上往下扔垃圾怎么办",
    "公司不让我请假",
    "老公拿着存折不给我",
    "前夫把孩子的抚养费停了",
    "他用刀片给我快递划破了包装",
    "十几个人的小公司要交社保吗",
    "我爸上吊去世多年了，房子还没过户",
    "小时候被人打过，现在想查档案",
    "我问问正当防卫怎么认定",
    "孩子被锁在车里后来打开了，能告物业吗",
    "有人跳楼砸坏了我的车",
    "老师叫我去学校谈话",
    "朋友喝醉摔倒，我要负责吗",
    "司机不停车拒载怎么投诉",
    "我想一睡就是一天",
    "酒店不让我退房",
    "他按着合同办事",
    "拿凳子垫脚摔伤算工伤吗",
    "老板打发我去外地出差",
    "他跳槽以后不给我提成",
    "买了一把菜刀质量有问题",
    "孩子学校要求洗澡不卫生",
    "同事拿着我的工牌打卡",
    "我和老公踢毽子摔伤了",
    "打羽毛球打断了拍子",
    "我爸割了阑尾医院收费太高",
    "女儿洗澡时热水器漏电怎么赔",
    "家里煤气打开有味道燃气公司不来修",
    "天台归谁所有",
    "阳台封了物业说违建",
    "老师把学生的手机没收了",
    "扫地机器人撞倒了花瓶",
    "我弟弟要和弟媳离婚",
    "楼上邻居弹琴吵死了",
    "儿子女儿都不养我",
    "跟着旅行社出去玩受伤了",
    "枪支爱好者买仿真枪违法吗",
    "网友买卖账号被封",
];

#[test]
fn people_in_need_are_heard_and_the_same_words_without_need_are_not() {
    let in_need = IN_NEED.iter().chain(rounds::HEARD);
    let missed: Vec<_> = in_need.filter(|(text, kind)| !kinds(text).contains(kind)).collect();
    let quiet = NOT_IN_NEED.iter().chain(rounds::QUIET);
    let alarms: Vec<_> = quiet.filter(|text| !kinds(text).is_empty()).collect();
    assert!(missed.is_empty() && alarms.is_empty(), "missed {missed:#?}, false {alarms:#?}");
}
