// The participant's page: which room it is of, and what it shows.

export {};
