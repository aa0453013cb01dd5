//! The table `account_findings`.

use crate::accounts::Finding;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Replaces what was found about an account.
pub async fn replace(tx: &mut Tx, account: &str, findings: &[Finding]) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM account_findings WHERE account_id = $1").bind(account))?;
    const SQL: &str = "INSERT INTO account_findings \
        (account_id, name, verdict, seen, why, todo, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    for finding in findings {
        run!(
            tx,
            sqlx::query(SQL)
                .bind(account)
                .bind(finding.check)
                .bind(finding.verdict)
                .bind(&finding.seen)
                .bind(&finding.why)
                .bind(&finding.todo)
                .bind(finding.at)
        )?;
    }
    Ok(())
}

/// What the last self-check of an account found.
pub async fn of_account(link: &mut impl Link, account: &str) -> Result<Vec<Finding>> {
    const SQL: &str = "SELECT name, verdict, seen, why, todo, at FROM account_findings \
        WHERE account_id = $1 ORDER BY name";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).fetch_all(c).await)?)
}
