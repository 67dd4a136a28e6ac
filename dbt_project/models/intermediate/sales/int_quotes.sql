{{ union_senders('quotes') }}
