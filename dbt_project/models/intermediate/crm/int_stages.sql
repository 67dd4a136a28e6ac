{{ union_senders('stages') }}
