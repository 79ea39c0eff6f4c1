// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
// biome-ignore-all lint/a11y/useFocusableInteractive: cells are read, not worked with
// biome-ignore-all lint/a11y/useSemanticElements: rows of an HTML table cannot lie where they are scrolled to
/**
 * A table of any length and width: only what is seen is in the page. Rows are asked for a piece at a time, once the scrolling
 * rests; every row is equally high, every column equally wide.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { piecesOf, visible } from './window.ts'
import '../data/style.css'

const rowHeight = 32
const columnWidth = 160
const numberWidth = 90
const pieceRows = 200
/** Browsers draw boxes up to about this many pixels; longer tables are scrolled by the proportion. */
const maxPixels = 8_000_000
/** Pieces that are kept. */
const keptPieces = 50

interface LongTableProps {
  columns: readonly string[]
  total: number
  label: string
  load: (from: number, count: number) => Promise<(string | null)[][]>
  failed: (error: unknown) => void
  height?: number
}

export function LongTable({ columns, total, label, load, failed, height = 480 }: LongTableProps) {
  const [at, setAt] = useState({ top: 0, left: 0, width: 1000 })
  const pieces = useRef(new Map<number, (string | null)[][] | 'asked'>())
  const [, setShown] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const frame = useRef(0)

  const measure = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => {
      const place = box.current
      if (place !== null) setAt({ top: place.scrollTop, left: place.scrollLeft, width: place.clientWidth })
    })
  }, [])
  useEffect(() => {
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(box.current!)
    return () => {
      watch.disconnect()
      cancelAnimationFrame(frame.current)
    }
  }, [measure])

  const inner = height - rowHeight
  const rows = visible({ total, size: rowHeight, max: maxPixels, scroll: at.top, view: inner })
  const cols = visible({ total: columns.length, size: columnWidth, max: maxPixels, scroll: at.left, view: at.width })
  const wanted = piecesOf(rows, pieceRows).join()

  useEffect(() => {
    // Whoever drags the bar passes thousands of rows: only where it rests is asked for.
    const timer = setTimeout(() => {
      for (const piece of wanted === '' ? [] : wanted.split(',').map(Number)) {
        if (pieces.current.has(piece)) continue
        pieces.current.set(piece, 'asked')
        load(piece * pieceRows, pieceRows).then(
          (found) => {
            pieces.current.set(piece, found)
            for (const old of pieces.current.keys()) {
              if (pieces.current.size <= keptPieces) break
              if (old !== piece) pieces.current.delete(old)
            }
            setShown((n) => n + 1)
          },
          (error: unknown) => {
            pieces.current.delete(piece)
            failed(error)
          },
        )
      }
    }, 60)
    return () => clearTimeout(timer)
  }, [wanted, load, failed])

  const cellsOf = (row: number): (string | null)[] | undefined => {
    const piece = pieces.current.get(Math.floor(row / pieceRows))
    return piece === undefined || piece === 'asked' ? undefined : piece[row % pieceRows]
  }
  const shownColumns = columns.slice(cols.first, cols.last)
  return (
    <div
      ref={box}
      className="long-table"
      style={{ height }}
      onScroll={measure}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div style={{ height: rows.pixels + rowHeight, width: numberWidth + cols.pixels, position: 'relative' }}>
        <div role="table" aria-label={label} aria-rowcount={total + 1} aria-colcount={columns.length}>
          <div role="row" aria-rowindex={1} className="long-head" style={{ height: rowHeight }}>
            <span role="columnheader" className="long-number">
              #
            </span>
            {shownColumns.map((name, i) => (
              <span
                role="columnheader"
                key={name}
                title={name}
                aria-colindex={cols.first + i + 1}
                style={{ left: numberWidth + cols.offset + i * columnWidth, width: columnWidth }}
              >
                {name}
              </span>
            ))}
          </div>
          {Array.from({ length: rows.last - rows.first }, (_, i) => {
            const row = rows.first + i
            const cells = cellsOf(row)
            return (
              <div
                role="row"
                key={row}
                aria-rowindex={row + 2}
                className="long-row"
                style={{ top: rowHeight + rows.offset + i * rowHeight, height: rowHeight }}
              >
                <span role="rowheader" className="long-number">
                  {row + 1}
                </span>
                {shownColumns.map((name, c) => (
                  <span
                    role="cell"
                    key={name}
                    title={cells?.[cols.first + c] ?? ''}
                    style={{ left: numberWidth + cols.offset + c * columnWidth, width: columnWidth }}
                  >
                    {cells === undefined ? '…' : cells[cols.first + c]}
                  </span>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
