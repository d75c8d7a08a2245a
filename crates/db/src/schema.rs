//! Tables as Diesel sees them. `tests/it` compares this file with the migrated database.
#![allow(missing_docs, reason = "the macro's items are documented by docs/TABLES.md")]

diesel::table! {
    psycheos.ai_rates (model_name, active_from) {
        model_name -> Text,
        input_usd_per_mtok -> Numeric,
        output_usd_per_mtok -> Numeric,
        cache_read_usd_per_mtok -> Numeric,
        cache_write_usd_per_mtok -> Numeric,
        infra_usd_per_mtok -> Numeric,
        input_star_rate -> Nullable<Numeric>,
        output_star_rate -> Nullable<Numeric>,
        active_from -> Timestamptz,
    }
}

diesel::table! {
    psycheos.artifacts (artifact_id) {
        artifact_id -> Uuid,
        context_id -> Uuid,
        service_id -> Text,
        run_id -> Uuid,
        owner_user_id -> Uuid,
        artifact_type -> Text,
        artifact_version -> Text,
        summary -> Binary,
        payload_json -> Binary,
        payload_txt -> Binary,
        risk_level -> Nullable<Text>,
        released_at -> Nullable<Timestamptz>,
        idempotency_key -> Text,
        created_at -> Timestamptz,
        rewrites -> SmallInt,
    }
}

diesel::table! {
    psycheos.audit_log (audit_id) {
        audit_id -> BigInt,
        actor -> Text,
        role -> Text,
        action -> Text,
        context_id -> Nullable<Uuid>,
        artifact_id -> Nullable<Uuid>,
        detail -> Nullable<Text>,
        at -> Timestamptz,
        trace_id -> Nullable<Text>,
    }
}

diesel::table! {
    psycheos.bot_chat_state (bot_id, chat_id) {
        bot_id -> Text,
        chat_id -> BigInt,
        user_id -> Nullable<Uuid>,
        role -> Nullable<Text>,
        state -> Text,
        state_payload -> Nullable<Binary>,
        context_id -> Nullable<Uuid>,
        run_id -> Nullable<Uuid>,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        minute_since -> Nullable<Timestamptz>,
        minute_updates -> Integer,
        hour_since -> Nullable<Timestamptz>,
        hour_replies -> Integer,
    }
}

diesel::table! {
    psycheos.case_keys (key_id) {
        key_id -> Uuid,
        context_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        kek_id -> BigInt,
        wrapped_dek -> Nullable<Binary>,
        created_at -> Timestamptz,
        destroyed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.consents (consent_id) {
        consent_id -> Uuid,
        context_id -> Uuid,
        run_id -> Uuid,
        subject -> Text,
        document_version -> Text,
        document_sha256 -> Text,
        locale -> Text,
        scopes -> Array<Text>,
        granted_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.contexts (context_id) {
        context_id -> Uuid,
        specialist_user_id -> Uuid,
        client_ref -> Nullable<Binary>,
        service_intent -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamptz,
        last_activity_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        end_told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.cron_heartbeat (task) {
        task -> Text,
        last_ok -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        duration_ms -> Integer,
    }
}

diesel::table! {
    psycheos.dead_updates (bot_id, update_id) {
        bot_id -> Text,
        update_id -> BigInt,
        raw -> Nullable<Binary>,
        reason -> Text,
        failures -> Integer,
        dead -> Bool,
        created_at -> Timestamptz,
        resolved_at -> Nullable<Timestamptz>,
        chat_id -> Nullable<BigInt>,
        retry_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.erasure_log (erasure_id) {
        erasure_id -> Uuid,
        subject -> Text,
        context_id -> Nullable<Uuid>,
        requested_at -> Timestamptz,
        done_at -> Nullable<Timestamptz>,
        user_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    psycheos.files (file_id) {
        file_id -> Uuid,
        context_id -> Nullable<Uuid>,
        run_id -> Nullable<Uuid>,
        artifact_id -> Nullable<Uuid>,
        kind -> Text,
        format -> Text,
        name -> Text,
        mime -> Text,
        size -> BigInt,
        sha256 -> Binary,
        content -> Nullable<Binary>,
        telegram_file_ids -> Jsonb,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        owner_user_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    psycheos.jobs (job_id) {
        job_id -> Uuid,
        seq -> BigInt,
        kind -> Text,
        service_id -> Text,
        bot_id -> Nullable<Text>,
        chat_id -> Nullable<BigInt>,
        context_id -> Nullable<Uuid>,
        run_id -> Nullable<Uuid>,
        requester_user_id -> Nullable<Uuid>,
        payload -> Nullable<Binary>,
        priority -> SmallInt,
        status -> Text,
        run_after -> Timestamptz,
        lease -> Nullable<Uuid>,
        lease_until -> Nullable<Timestamptz>,
        attempt_count -> Integer,
        max_attempts -> Integer,
        last_error -> Nullable<Text>,
        traceparent -> Nullable<Text>,
        tracestate -> Nullable<Text>,
        correlation_id -> Nullable<Text>,
        idempotency_key -> Text,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        requeues -> SmallInt,
    }
}

diesel::table! {
    psycheos.ledger_entries (entry_id) {
        entry_id -> BigInt,
        transaction_id -> Uuid,
        operation_id -> Nullable<Uuid>,
        payment_id -> Nullable<Uuid>,
        user_id -> Uuid,
        account -> Text,
        amount_stars -> BigInt,
        kind -> Text,
        note -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.link_tokens (jti) {
        jti -> Uuid,
        token_hash -> Binary,
        service_id -> Text,
        context_id -> Uuid,
        run_id -> Uuid,
        role -> Text,
        subject_id -> Nullable<Text>,
        issued_by -> Uuid,
        token -> Nullable<Binary>,
        bound_telegram_id -> Nullable<BigInt>,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        reminded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.llm_calls (call_id) {
        call_id -> Uuid,
        run_id -> Nullable<Uuid>,
        job_id -> Nullable<Uuid>,
        step -> Text,
        request_fingerprint -> Text,
        prompt_sha -> Text,
        model -> Text,
        status -> Text,
        response -> Nullable<Binary>,
        stop_reason -> Nullable<Text>,
        input_tokens -> BigInt,
        output_tokens -> BigInt,
        cache_read_tokens -> BigInt,
        cache_write_tokens -> BigInt,
        cost_usd -> Numeric,
        latency_ms -> Integer,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.measures (name, label) {
        name -> Text,
        label -> Text,
        value -> Double,
        measured_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.operation_prices (service_id, operation, active_from) {
        service_id -> Text,
        operation -> Text,
        stars -> BigInt,
        active_from -> Timestamptz,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    psycheos.operator_alerts (alert_id) {
        alert_id -> BigInt,
        code -> Text,
        detail -> Nullable<Text>,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.outbox_messages (outbox_id) {
        outbox_id -> Uuid,
        seq -> BigInt,
        bot_id -> Text,
        chat_id -> Nullable<BigInt>,
        context_id -> Nullable<Uuid>,
        run_id -> Nullable<Uuid>,
        lane -> SmallInt,
        kind -> Text,
        method -> Text,
        payload -> Nullable<Binary>,
        file_id -> Nullable<Uuid>,
        depends_on -> Nullable<Uuid>,
        target_message_id -> Nullable<BigInt>,
        telegram_message_id -> Nullable<BigInt>,
        status -> Text,
        not_before -> Timestamptz,
        lease -> Nullable<Uuid>,
        lease_until -> Nullable<Timestamptz>,
        sending_since -> Nullable<Timestamptz>,
        attempt_count -> Integer,
        max_attempts -> Integer,
        ambiguous -> Integer,
        last_error -> Nullable<Text>,
        traceparent -> Nullable<Text>,
        tracestate -> Nullable<Text>,
        correlation_id -> Nullable<Text>,
        idempotency_key -> Text,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.pass_tries (bot_id, telegram_id) {
        bot_id -> Text,
        telegram_id -> BigInt,
        since -> Timestamptz,
        tries -> Integer,
    }
}

diesel::table! {
    psycheos.payments (payment_id) {
        payment_id -> Uuid,
        user_id -> Nullable<Uuid>,
        stars -> BigInt,
        status -> Text,
        telegram_payment_charge_id -> Nullable<Text>,
        continue_run -> Nullable<Uuid>,
        created_at -> Timestamptz,
        paid_at -> Nullable<Timestamptz>,
        payer_telegram_id -> Nullable<BigInt>,
        invoice_payload -> Nullable<Text>,
        continue_context -> Nullable<Uuid>,
        continue_service -> Nullable<Text>,
        continue_days -> Nullable<SmallInt>,
        refund_outbox_id -> Nullable<Uuid>,
        refunded_at -> Nullable<Timestamptz>,
        returned_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.runs (run_id) {
        run_id -> Uuid,
        context_id -> Uuid,
        service_id -> Text,
        owner_user_id -> Uuid,
        role -> Text,
        status -> Text,
        cancel_reason -> Nullable<Text>,
        correlation_id -> Text,
        state -> Nullable<Binary>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        forgotten_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.safety_events (event_id) {
        event_id -> Uuid,
        context_id -> Uuid,
        run_id -> Uuid,
        category -> Text,
        source -> Text,
        level -> Text,
        lexicon_version -> Text,
        created_at -> Timestamptz,
        notified_at -> Nullable<Timestamptz>,
        acknowledged_at -> Nullable<Timestamptz>,
        reminders -> SmallInt,
        escalated_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.screenings (run_id) {
        run_id -> Uuid,
        consent_id -> Uuid,
        phase -> SmallInt,
        question -> Integer,
        answers -> Nullable<Binary>,
        results -> Nullable<Binary>,
        created_at -> Timestamptz,
        completed_at -> Nullable<Timestamptz>,
        withdrawn_at -> Nullable<Timestamptz>,
        reminded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.send_pace (bot_id, chat_id) {
        bot_id -> Text,
        chat_id -> BigInt,
        next_at -> Timestamptz,
        frozen_until -> Timestamptz,
        refusals -> Integer,
        refused_at -> Nullable<Timestamptz>,
        unreachable_reason -> Nullable<Text>,
        updated_at -> Timestamptz,
        bulk_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.service_keys (key_id) {
        key_id -> Uuid,
        name -> Text,
        key_hash -> Binary,
        scopes -> Array<Text>,
        owner_user_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        calls_per_minute -> Integer,
    }
}

diesel::table! {
    psycheos.send_refusals (bot_id, minute) {
        bot_id -> Text,
        minute -> Timestamptz,
        count -> Integer,
    }
}

diesel::table! {
    psycheos.service_key_calls (key_id) {
        key_id -> Uuid,
        since -> Timestamptz,
        calls -> Integer,
    }
}

diesel::table! {
    psycheos.simulator_profiles (user_id) {
        user_id -> Uuid,
        sessions -> Integer,
        history -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.specialist_invites (invite_id) {
        invite_id -> Uuid,
        token_hash -> Binary,
        created_by -> Nullable<Uuid>,
        note -> Nullable<Text>,
        max_uses -> Integer,
        used_count -> Integer,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.star_transactions (transaction_id, direction) {
        transaction_id -> Text,
        direction -> Text,
        bot_id -> Text,
        stars -> BigInt,
        at -> Timestamptz,
        matched_payment -> Nullable<Uuid>,
        payer_telegram_id -> Nullable<BigInt>,
        payload -> Nullable<Text>,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.telegram_update_dedup (bot_id, update_id) {
        bot_id -> Text,
        update_id -> BigInt,
        chat_id -> Nullable<BigInt>,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.usage_ledger (operation_id) {
        operation_id -> Uuid,
        user_id -> Uuid,
        service_id -> Text,
        context_id -> Uuid,
        run_id -> Uuid,
        operation_kind -> Text,
        cost_stars -> BigInt,
        status -> Text,
        cancel_reason -> Nullable<Text>,
        written_off_stars -> BigInt,
        reserved_until -> Timestamptz,
        provider_cost -> Numeric,
        tokens -> BigInt,
        idempotency_key -> Text,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    psycheos.users (user_id) {
        user_id -> Uuid,
        telegram_id -> BigInt,
        role -> Text,
        status -> Text,
        username -> Nullable<Text>,
        full_name -> Text,
        language_code -> Nullable<Text>,
        locale -> Nullable<Text>,
        country -> Nullable<Text>,
        notify -> Bool,
        invitation_days -> SmallInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.wallets (user_id) {
        user_id -> Uuid,
        balance_stars -> BigInt,
        reserved_stars -> BigInt,
        debt_stars -> BigInt,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    psycheos.webhook_samples (bot_id, at) {
        bot_id -> Text,
        at -> Timestamptz,
        url_ok -> Bool,
        pending -> Integer,
        last_error_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    psycheos.webhook_state (bot_id) {
        bot_id -> Text,
        url_matches -> Nullable<Bool>,
        pending -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        last_error_at -> Nullable<Timestamptz>,
        checked_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    ai_rates,
    artifacts,
    audit_log,
    bot_chat_state,
    case_keys,
    consents,
    contexts,
    cron_heartbeat,
    dead_updates,
    erasure_log,
    files,
    jobs,
    ledger_entries,
    link_tokens,
    llm_calls,
    measures,
    operation_prices,
    operator_alerts,
    outbox_messages,
    pass_tries,
    payments,
    runs,
    safety_events,
    screenings,
    send_pace,
    send_refusals,
    service_key_calls,
    service_keys,
    simulator_profiles,
    specialist_invites,
    star_transactions,
    telegram_update_dedup,
    usage_ledger,
    users,
    wallets,
    webhook_samples
);
