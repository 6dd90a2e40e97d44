// The database of the environment: as many connections as the service has, and its settings for reading.

export const connections = Number(process.env.CONNECTIONS);

const settings = "-c jit=off -c timezone=UTC -c seq_page_cost=0.1 -c random_page_cost=0.1";
export const connectionString = `${process.env.DATABASE_URL}&options=${encodeURIComponent(settings)}`;
