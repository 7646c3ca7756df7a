// Loaded in the head, before anything is drawn: sets the theme so that the page never flashes in the other one.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const choice = () => /(?:^|; )(?:__Host-)?od-theme=(auto|light|dark)/.exec(document.cookie)?.[1] ?? root.dataset.theme ?? 'auto';
  const apply = () => {
    const wanted = choice();
    const theme = wanted === 'auto' ? (dark.matches ? 'dark' : 'light') : wanted;
    root.dataset.theme = wanted;
    if (root.dataset.bsTheme !== theme) {
      root.dataset.bsTheme = theme;
      document.dispatchEvent(new CustomEvent('od:theme'));
    }
  };
  dark.addEventListener('change', apply);
  document.addEventListener('od:theme-choice', apply);
  apply();
})();
