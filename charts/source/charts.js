// What the portal draws with: the parts of ECharts it needs, one function for the server and one for the page.
// An option is plain JSON. Where an axis needs prepared labels, `axisLabel.formatter` is a list in the order of the ticks.
import { use, init } from "echarts/core";
import { LineChart, BarChart, HeatmapChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([
  LineChart,
  BarChart,
  HeatmapChart,
  AriaComponent,
  GridComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

function withTickLabels(axis) {
  const labels = axis && axis.axisLabel && axis.axisLabel.formatter;
  if (Array.isArray(labels)) {
    axis.axisLabel.formatter = (_value, index) => (index < labels.length ? labels[index] : "");
  }
  return axis;
}

function revive(option) {
  for (const name of ["xAxis", "yAxis"]) {
    [].concat(option[name] || []).forEach(withTickLabels);
  }
  return option;
}

export function svg(json, width, height) {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption(revive(JSON.parse(json)));
  const text = chart.getZr().painter.renderToString({ cssAnimation: false, cssEmphasis: false, useViewBox: true });
  chart.dispose();
  // Joined into one flat string: a rope of thousands of pieces is slow to hand over.
  return [text].join("");
}

export function mount(element, json) {
  const chart = init(element, null, { renderer: "svg" });
  chart.setOption(revive(JSON.parse(json)));
  return chart;
}
