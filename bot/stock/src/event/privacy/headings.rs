//! Headings that name data of people.

use super::PersonalKind;

/// A heading that is exactly one of these, folded.
const EXACT: &[(PersonalKind, &[&str])] = &[
    (
        PersonalKind::Name,
        &[
            "name",
            "fullname",
            "firstname",
            "lastname",
            "surname",
            "contact",
            "contactname",
            "姓名",
            "名字",
            "收件人",
            "聯絡人",
            "联系人",
            "稱呼",
            "称呼",
        ],
    ),
    (
        PersonalKind::Phone,
        &["tel", "telno", "cell", "cellno", "fax", "contactno", "contactnumber", "聯絡號碼"],
    ),
    (PersonalKind::Card, &["card", "cardno", "cardnumber", "pan", "卡號", "卡号"]),
    (PersonalKind::Identity, &["idno", "idnumber", "idcard", "nric", "passport"]),
    (PersonalKind::Birth, &["age", "sex", "gender", "dob", "年齡", "年龄", "性別", "性别"]),
    (PersonalKind::BankAccount, &["iban", "accountno", "accountnumber", "bankaccount"]),
    (PersonalKind::Face, &["photo", "face", "cctv"]),
];

/// A heading that holds one of these, folded.
const WITHIN: &[(PersonalKind, &[&str])] = &[
    (
        PersonalKind::Phone,
        &[
            "phone",
            "mobile",
            "whatsapp",
            "wechat",
            "telephone",
            "電話",
            "电话",
            "手機",
            "手机",
            "手提",
            "微信",
        ],
    ),
    (PersonalKind::Email, &["email", "電郵", "电邮", "郵箱", "邮箱"]),
    (PersonalKind::Address, &["address", "地址", "住址"]),
    (
        PersonalKind::Identity,
        &[
            "hkid",
            "hkic",
            "identity",
            "passport",
            "身份證",
            "身份证",
            "身分證",
            "身分证",
            "護照",
            "护照",
            "證件",
            "证件",
            "回鄉證",
            "回乡证",
        ],
    ),
    (PersonalKind::Card, &["creditcard", "cardholder", "信用卡", "銀行卡", "银行卡", "持卡"]),
    (
        PersonalKind::Customer,
        &[
            "customer", "member", "client", "patron", "loyalty", "客戶", "客户", "客人", "顧客", "顾客",
            "會員", "会员", "買家", "买家",
        ],
    ),
    (
        PersonalKind::Staff,
        &[
            "staff",
            "employee",
            "cashier",
            "salesperson",
            "salesman",
            "員工",
            "员工",
            "職員",
            "职员",
            "店員",
            "店员",
            "收銀員",
            "收银员",
            "銷售員",
            "销售员",
            "導購",
            "导购",
        ],
    ),
    (PersonalKind::Birth, &["birth", "生日", "出生"]),
    (PersonalKind::BankAccount, &["銀行戶口", "銀行帳", "银行账", "银行帐", "戶口號", "户口号"]),
    (PersonalKind::Health, &["health", "medical", "健康", "病歷", "病历", "過敏", "过敏"]),
    (PersonalKind::Face, &["人像", "人臉", "人脸", "頭像", "头像"]),
];

/// The kind of personal data that a folded heading names.
pub(super) fn kind(folded: &str) -> Option<PersonalKind> {
    let exact = EXACT.iter().find(|(_, names)| names.contains(&folded));
    let within = || WITHIN.iter().find(|(_, names)| names.iter().any(|name| folded.contains(name)));
    exact.or_else(within).map(|(kind, _)| *kind)
}
