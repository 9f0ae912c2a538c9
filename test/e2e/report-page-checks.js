// Runs in the page, and gives what is wrong with it.
(() => {
  return { contrasts: contrasts(), structure: structure() };

  /** In the page: texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3). */
  function contrasts() {
    const parts = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const light = (colour) => {
      const [red = 0, green = 0, blue = 0] = parts(colour).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = light(getComputedStyle(document.body).backgroundColor);
    const texts = [
      ...document.querySelectorAll('p, a, th, td, dt, dd, h1, h2, h3, caption, figcaption, .denied, svg text'),
    ];
    const poor = texts.filter((element) => {
      const { color, fill } = getComputedStyle(element);
      const own = light(element.tagName === 'text' ? fill : color);
      return (Math.max(own, behind) + 0.05) / (Math.min(own, behind) + 0.05) < 4.5;
    });
    return [...new Set(poor.map((element) => `${element.tagName} ${element.className}`))];
  }

  /** In the page: what a reader of screens stumbles over. */
  function structure() {
    const levels = [...document.querySelectorAll('h1, h2, h3')].map((heading) => Number(heading.tagName.slice(1)));
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const inside = [...document.querySelectorAll('a[href^="#"]')].map(
      (link) => link.getAttribute('href')?.slice(1) ?? '',
    );
    return {
      firsts: document.querySelectorAll('h1').length,
      skipped: levels.filter((level, at) => at > 0 && level - (levels[at - 1] ?? 0) > 1),
      uncaptioned: [...document.querySelectorAll('table')].filter(({ caption }) => !caption).length,
      unnamed: [...document.querySelectorAll('[role=region], nav, figure')].filter(
        (each) => !each.getAttribute('aria-label'),
      ).length,
      dead: inside.filter((id) => !ids.includes(id)),
      doubled: ids.filter((id, at) => ids.indexOf(id) !== at),
    };
  }
})();
