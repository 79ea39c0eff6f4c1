import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './style.css'
import './results/style.css'
import { currentSettings } from './settings.ts'
import { loadText } from './text/load.ts'

const root = document.getElementById('root')!
try {
  await loadText(currentSettings().locale)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
} catch {
  // Not even the words are there.
  root.textContent = 'The node cannot be reached. Load the page again. · 无法连接节点，请重新加载页面。'
}
