// The parts of ECharts the pages use; everything else stays out of the bundle.
import * as echarts from 'echarts/core';
import {
  BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart,
} from 'echarts/charts';
import {
  AriaComponent, CalendarComponent, DatasetComponent, DataZoomComponent, GridComponent, LegendComponent,
  MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, TransformComponent, VisualMapComponent,
} from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import langZH from 'echarts/lib/i18n/langZH.js';

echarts.use([
  BarChart, FunnelChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart,
  AriaComponent, CalendarComponent, DatasetComponent, DataZoomComponent, GridComponent, LegendComponent,
  MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, TransformComponent, VisualMapComponent,
  LabelLayout, SVGRenderer,
]);
echarts.registerLocale('ZH', langZH);

window.echarts = echarts;
