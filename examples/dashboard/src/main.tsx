import { ApolloProvider } from '@apollo/client/react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './client.ts';
import { Feed } from './Feed.tsx';
import { HeatMap } from './HeatMap.tsx';
import { Practices } from './Practices.tsx';
import { Trend } from './Trend.tsx';

function Dashboard() {
  const [practice, setPractice] = useState<string>();
  return (
    <ApolloProvider client={client}>
      <h1>Primary care in Kent and Medway</h1>
      <Practices onChoose={setPractice} />
      {practice && <Trend practice={practice} metric="sandbox_rising_percent" />}
      <HeatMap metrics={['sandbox_noisy_percent', 'sandbox_rising_percent', 'sandbox_stepped_percent']} />
      <Feed />
    </ApolloProvider>
  );
}

const root = document.getElementById('dashboard');
if (root) createRoot(root).render(<Dashboard />);
