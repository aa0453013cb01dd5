//! Pictures and documents that go with an answer.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pufa::inquiries::InquiryId;

use super::browser::{Browser, House, Page};
use crate::support::Backend;
use crate::support::database::postgres_is_missing;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand what follows";
const PDF: &[u8] = b"%PDF-1.7 and what follows";
const ANSWER: &str = "照着样本填，附上工资条。";

/// Adds a file on the page of an inquiry, with what stands in the composer.
async fn add(browser: &Browser, talk: &str, name: &str, bytes: &[u8], typed: &str) -> Page {
    let once = browser.get(talk).await.hidden("once").to_owned();
    let mut body = Vec::new();
    for (field, value) in [("once", once.as_str()), ("body", typed)] {
        let part =
            format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let head = format!(
        "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post(format!("{talk}/attach"))
        .header(header::HOST, "pufa.test")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap();
    browser.ask(request).await
}

fn talk(id: InquiryId) -> String {
    format!("/console/inquiries/{id}")
}

/// The first link to a file on a page.
fn file_link(page: &Page, mark: &str) -> String {
    let from = page.body.find(mark).unwrap_or_else(|| panic!("no {mark}: {}", page.body));
    page.body[from..].split('"').next().unwrap().to_owned()
}

async fn files_on_disk(house: &House) -> i64 {
    house.app.number("SELECT count(*) FROM media_files").await
}

in_both! {
    async fn files_go_with_the_answer_and_the_citizen_opens_them_on_the_page(house: House) {
        let id = house.labor_inquiry().await;
        let (li, talk) = (house.log_in("li").await, talk(id));
        let done = add(&li, &talk, "C:\\照片\\工资条.png", PNG, "写了一半").await;
        assert_eq!(done.location(), format!("{talk}?done=attached"), "{}", done.body);
        add(&li, &talk, "仲裁申请书样本.pdf", PDF, "写了一半").await;
        let page = li.get(&talk).await;
        assert!(page.has("写了一半") && page.has("工资条.png（PNG 图片，1 KB）"), "{}", page.body);
        assert!(page.has("仲裁申请书样本.pdf（PDF 文件，1 KB）"));
        let early = file_link(&page, &format!("{talk}/attached?file="));
        let file = early.split("file=").nth(1).unwrap().to_owned();
        let street = house.street(id);
        let citizen = house.stranger();
        assert_eq!(citizen.get(&format!("{street}/file?file={file}")).await.status, StatusCode::NOT_FOUND);

        let preview = li.submit(&talk, &format!("{talk}/preview"), &[("body", ANSWER)]).await;
        assert!(preview.has("附图片 1 张、文件 1 份，点这里看"), "{}", preview.body);
        assert!(li.answer(&talk, ANSWER).await.location().contains("done=answered"));
        house.app.settle().await;
        let sent = house.app.text("SELECT body FROM deliveries").await;
        assert!(sent.contains("附图片 1 张、文件 1 份，<a href=") && sent.contains("/c/i/"), "{sent}");
        let shown = li.get(&talk).await;
        assert!(shown.has("仲裁申请书样本.pdf（PDF 文件，1 KB）") && shown.has("<img src="));

        let case = citizen.get(&street).await;
        assert!(case.has("仲裁申请书样本.pdf（PDF 文件，1 KB）"), "{}", case.body);
        let picture = citizen.get(&format!("{street}/file?file={file}")).await;
        assert_eq!(picture.headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(picture.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
        let other = house.asked("oOTHER", "邻居噪音扰民，物业不管，我在武进湖塘").await;
        let elsewhere = format!("{}/file?file={file}", house.street(other));
        assert_eq!(citizen.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.log_in("stranger").await.get(&early).await.status, StatusCode::NOT_FOUND);

        citizen.post(&format!("{street}/erase"), &[("confirm", "yes")]).await;
        house.app.settle().await;
        assert_eq!(house.app.number("SELECT count(*) FROM media_attached").await, 0);
        assert_eq!(files_on_disk(&house).await, 0);
    }
}

async fn an_answer_called_back_brings_its_files_back_and_one_taken_away_is_gone(backend: Backend) {
    let house = House::open_with(backend, |config| config.console.recall_seconds = 5).await;
    let id = house.labor_inquiry().await;
    let (li, talk) = (house.log_in("li").await, talk(id));
    add(&li, &talk, "样本.pdf", PDF, "").await;
    li.answer(&talk, ANSWER).await;
    li.submit(&talk, &format!("{talk}/recall"), &[]).await;
    let page = li.get(&talk).await;
    assert!(page.has(ANSWER) && page.has("样本.pdf"), "{}", page.body);
    let other = house.log_in("wang").await.get(&talk).await;
    assert!(!other.has("样本.pdf"), "a colleague's draft is their own");
    let file = file_link(&page, &format!("{talk}/attached?file="));
    let file = file.split("file=").nth(1).unwrap();
    let fields = [("detach", file), ("body", "改了一点")];
    let done = li.submit(&talk, &format!("{talk}/detach"), &fields).await;
    assert_eq!(done.location(), format!("{talk}?done=detached"), "{}", done.body);
    house.app.settle().await;
    let page = li.get(&talk).await;
    assert!(page.has("改了一点") && !page.has("样本.pdf"));
    assert_eq!(files_on_disk(&house).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_called_back_brings_its_files_back_on_sqlite() {
    an_answer_called_back_brings_its_files_back_and_one_taken_away_is_gone(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_called_back_brings_its_files_back_on_postgres() {
    if !postgres_is_missing() {
        an_answer_called_back_brings_its_files_back_and_one_taken_away_is_gone(Backend::Postgres)
            .await;
    }
}

in_both! {
    async fn what_is_no_picture_or_document_is_refused_with_the_text_kept(house: House) {
        let id = house.labor_inquiry().await;
        let (li, talk) = (house.log_in("li").await, talk(id));
        let refused = add(&li, &talk, "工资条.png", b"MZ\x90 a program", "写了很久").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("这个文件的内容不是") && refused.has("写了很久"), "{}", refused.body);
        assert!(add(&li, &talk, "", b"", "写了很久").await.has("没有选文件"));
        for nth in 0..4 {
            let bytes = [PDF, format!("{nth}").as_bytes()].concat();
            add(&li, &talk, &format!("{nth}.pdf"), &bytes, "").await;
        }
        let fifth = add(&li, &talk, "5.pdf", PDF, "写了很久").await;
        assert!(fifth.has("最多附 4 个文件") && fifth.has("写了很久"));
        house.app.settle().await;
        assert_eq!(files_on_disk(&house).await, 4);
        let fields = [("body", ANSWER), ("file", "忘了添加.pdf")];
        let forgotten = li.submit(&talk, &format!("{talk}/answer"), &fields).await;
        assert!(forgotten.has("还没有添加") && forgotten.has(ANSWER), "{}", forgotten.body);
        assert_eq!(house.app.number("SELECT count(*) FROM leaving_answers").await, 0);
        let elsewhere = house.log_in("stranger").await.post(&format!("{talk}/attach"), &[]).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    }
}
