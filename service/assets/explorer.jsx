// The page of the explorer: GraphiQL with its explorer, and our worked queries next to it. `build.mjs` bundles it.
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';

globalThis.MonacoEnvironment = {
  getWorker: (_, label) =>
    new Worker(new URL(['json', 'graphql'].includes(label) ? `${label}.worker.js` : 'editor.worker.js', import.meta.url)),
};

const recipes = JSON.parse(document.getElementById('recipes').textContent);
const variablesOf = recipe => JSON.stringify(recipe.variables, null, 2);

function Recipes() {
  const { addTab, setOperationName } = useGraphiQLActions();
  const queryEditor = useGraphiQL(state => state.queryEditor);
  const variableEditor = useGraphiQL(state => state.variableEditor);
  const isReady = Boolean(queryEditor && variableEditor);
  const open = recipe => {
    addTab();
    queryEditor.setValue(recipe.query);
    variableEditor.setValue(variablesOf(recipe));
    // The editor finds it after a moment; whoever runs the query at once must not send the name of the tab before.
    setOperationName(/query (\w+)/.exec(recipe.query)[1]);
  };
  const named = recipes.find(recipe => `#${recipe.name}` === location.hash);
  useEffect(() => {
    if (named && isReady) {
      history.replaceState(null, '', location.pathname);
      open(named);
    }
  }, [named, isReady]);
  return (
    <section aria-label="Worked queries">
      <div className="graphiql-doc-explorer-title">Worked queries</div>
      <p>
        Each opens in a tab of its own. <a href="docs/recipes">All of them with their answers</a>
      </p>
      <ul className="graphiql-recipes">
        {recipes.map(recipe => (
          <li key={recipe.name}>
            <button
              type="button"
              className="graphiql-button"
              title={recipe.description}
              disabled={!isReady}
              onClick={() => open(recipe)}
            >
              {recipe.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const RECIPES_PLUGIN = {
  title: 'Worked queries',
  icon: () => (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5">
      <path d="M5 4h14v16H5zM9 8h6M9 12h6M9 16h4" />
    </svg>
  ),
  content: Recipes,
};

const address = new URL('graphql', location.href);
const socket = new URL(address);
socket.protocol = address.protocol.replace('http', 'ws');
const first = recipes.slice(0, 1).map(recipe => ({ query: recipe.query, variables: variablesOf(recipe) }));
// GraphiQL takes the text of the first tab from its tabs, but not the variables. Tabs of an earlier visit have their own.
const opensAgain = localStorage.getItem('graphiql:tabState') !== null;

createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: address.href, subscriptionUrl: socket.href })}
    plugins={[RECIPES_PLUGIN, HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })]}
    referencePlugin={DOC_EXPLORER_PLUGIN}
    visiblePlugin={RECIPES_PLUGIN}
    defaultTabs={first}
    initialVariables={opensAgain ? undefined : first[0]?.variables}
    defaultEditorToolsVisibility="variables"
  />,
);
