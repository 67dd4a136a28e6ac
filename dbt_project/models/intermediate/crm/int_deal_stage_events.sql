{{ union_senders('deal_stage_events') }}
