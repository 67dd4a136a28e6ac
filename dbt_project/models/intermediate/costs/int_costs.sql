{{ union_senders('costs') }}
