{{ union_senders('quotes', recorded_on='issued_on') }}
