//! What happens to the database when there is no room for more, and when there is again.

use pufa::platform::db::{Db, Tx};
use pufa::run;

async fn keep(tx: &mut Tx, name: &str) -> Result<u64, sqlx::Error> {
    let sql = "INSERT INTO counters (name, value) VALUES ($1, 1)";
    run!(tx, sqlx::query(sql).bind(name.to_owned()))
}

#[tokio::test]
async fn a_full_disk_refuses_what_has_no_room_and_nothing_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("pufa.db").display());
    let db = Db::connect(&url).await.expect("a database");
    db.migrate().await.expect("the schema");

    let mut tx = db.begin().await.expect("a transaction");
    // SQLite says the same as on a full disk; only this connection has the limit.
    run!(&mut tx, sqlx::query("PRAGMA max_page_count = 1")).expect("a limit");
    let large = "x".repeat(4 * 1024 * 1024);
    let full = keep(&mut tx, &large).await.expect_err("there is no room");
    assert!(full.to_string().contains("full"), "{full}");
    drop(tx);

    let mut tx =
        db.begin().await.expect("a transaction although the one before was ended by SQLite");
    keep(&mut tx, "after").await.expect("room for a little");
    tx.commit().await.expect("a commit");
    db.close().await;
}
