//! What only an administrator does. Each act is in the audit log, in the same transaction.
use bot_kit::Effect;
use db::{
    DbError, Keyring, PgConn,
    audit::{self, name_of},
    invites::{self, NewInvite},
    mending, money, payments, people,
};
use domain::UserId;
use serde_json::json;

use crate::apply::{Draft, Stage};

impl Stage<'_> {
    /// What does not hold any more was changed since the flow looked: it looks again.
    pub(crate) async fn apply_admin(
        &mut self,
        conn: &mut PgConn,
        keys: &Keyring,
        admin: UserId,
        effect: Effect,
    ) -> Result<(), DbError> {
        let changed = |what: &str| DbError::Conflict(format!("{what} changed meanwhile"));
        match effect {
            Effect::AdjustWallet { user, stars, note } => {
                let adjusted = money::adjust_by(conn, admin, user, stars, &note).await?;
                if adjusted == money::Adjusted::Done { Ok(()) } else { Err(changed("the wallet")) }
            }
            Effect::SetPrice { service, stars } => money::set_price(conn, admin, service, stars).await,
            Effect::RefundPayment { payment } => {
                let draft = Draft::call(self.bot, 1, "refund", "refundStarPayment");
                let asked = payments::refund(conn, admin, payment, draft.id).await?;
                let (payer, charge) = asked.ok_or_else(|| changed("the payment"))?;
                let params = json!({ "user_id": payer.0, "telegram_payment_charge_id": charge });
                self.put(conn, keys, draft, &params).await
            }
            Effect::InviteSpecialist { invite, token, uses, days, note } => {
                let new = NewInvite { invite, token: &token, created_by: Some(admin), uses, days, note: note.as_deref() };
                invites::insert(conn, &new).await?;
                audit::record_admin(conn, admin, "invite_make", &invite.to_string()).await
            }
            Effect::RevokeInvite { invite } => {
                if !invites::revoke(conn, invite).await? {
                    return Err(changed("the invitation"));
                }
                audit::record_admin(conn, admin, "invite_revoke", &invite.to_string()).await
            }
            Effect::SetBlocked { user, blocked } => {
                people::set_blocked(conn, user, blocked).await?;
                let act = if blocked { "user_block" } else { "user_unblock" };
                audit::record_admin(conn, admin, act, &format!("user:{user}")).await
            }
            Effect::TryAgain { id } => {
                if mending::requeue(conn, id).await? != bot_kit::Again::Yes {
                    return Err(changed("what failed"));
                }
                // The worker is woken; the sender is by the reply.
                self.jobs += 1;
                audit::record_admin(conn, admin, "requeue", &name_of(id)).await
            }
            Effect::Discard { id } => {
                if !mending::discard(conn, id).await? {
                    return Err(changed("what failed"));
                }
                audit::record_admin(conn, admin, "discard", &name_of(id)).await
            }
            Effect::Announce(job) => {
                audit::record_admin(conn, admin, "broadcast", &format!("job {}", job.job)).await?;
                self.enqueue(conn, keys, job).await
            }
            _ => Ok(()),
        }
    }
}
