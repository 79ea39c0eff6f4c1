/** One chart, as large as its place. Whoever would rather read has the same figures as a table beside it. */
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useSettings } from '../settings.ts'

use([
  LineChart,
  BarChart,
  HeatmapChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
])

/** Told apart by more than their hue, on white and on dark ground. */
const color = ['#1554c0', '#b35900', '#22863a', '#8a3ffc']
const darkColor = ['#5b9bff', '#ffb45c', '#67d68a', '#c9a5ff']

interface ChartProps {
  option: EChartsCoreOption
  label: string
  height?: number | undefined
}

export function Chart({ option, label, height = 300 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const { theme } = useSettings()
  useEffect(() => {
    const dark = theme === 'dark'
    const chart = init(place.current!, dark ? 'dark' : undefined, { renderer: 'svg' })
    chart.setOption({ color: dark ? darkColor : color, backgroundColor: 'transparent', animation: false, ...option })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(place.current!)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
  }, [option, theme])
  return <div ref={place} className="chart" style={{ height }} role="img" aria-label={label} />
}

const width = 800

/** The chart as a picture for a report, on white. */
export function svgOf(option: EChartsCoreOption, height = 500): string {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({ color, backgroundColor: '#ffffff', animation: false, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** The same picture in points, twice as fine as it is shown. */
export async function pngOf(option: EChartsCoreOption, height = 500): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svgOf(option, height)], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 2 * width
    canvas.height = 2 * height
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'),
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}
