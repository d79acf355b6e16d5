// What stands in for uPlot where it could not be fetched: each chart says so, and the page has all the rest.

import { h } from "../../dom.js";

export default class WithoutCharts {
  static paths = { stepped: () => null };

  constructor(options, data, box) {
    box.append(h("p", {}, `${options.title}: not drawn, since uPlot could not be fetched when this program was built.`));
  }

  setData() {}
  setSize() {}
  destroy() {}
}
