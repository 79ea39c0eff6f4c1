/** One chart, as large as its place. Whoever would rather read has the same figures as a table beside it. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useSettings } from '../settings.ts'

use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export function Chart({ option, label, height = 300 }: { option: EChartsCoreOption; label: string; height?: number }) {
  const place = useRef<HTMLDivElement>(null)
  const { theme } = useSettings()
  useEffect(() => {
    const chart = init(place.current!, theme === 'dark' ? 'dark' : undefined, { renderer: 'svg' })
    chart.setOption({ backgroundColor: 'transparent', animation: false, ...option })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(place.current!)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
  }, [option, theme])
  return <div ref={place} className="chart" style={{ height }} role="img" aria-label={label} />
}

/** The chart as a picture for a report. */
export function svgOf(option: EChartsCoreOption): string {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width: 800, height: 500 })
  chart.setOption({ backgroundColor: '#ffffff', animation: false, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
