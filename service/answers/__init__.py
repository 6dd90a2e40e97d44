"""One room for "answer this request as this caller": GraphQL, pages and the command line are its doors."""
