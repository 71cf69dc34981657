import { render } from 'preact';
import { App } from './app.tsx';
import { followAddress } from './place/place.ts';
import { askServer } from './place/server.ts';
import { followTheme } from './ui/theme.ts';

followAddress();
followTheme();
void askServer();
const root = document.getElementById('console');
if (root !== null) render(<App />, root);
