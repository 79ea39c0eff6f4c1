import { Button } from 'antd'
import { change, useSettings } from '../settings.ts'
import { useText } from '../text/index.ts'

/** Language and light, on every page. */
export function Preferences() {
  const { locale, theme } = useSettings()
  const { text } = useText()
  return (
    <span className="row">
      <Button
        size="small"
        lang={locale === 'zh' ? 'en' : 'zh'}
        onClick={() => change({ locale: locale === 'zh' ? 'en' : 'zh' })}
      >
        {text.language}
      </Button>
      <Button
        size="small"
        aria-label={text.common.theme}
        onClick={() => change({ theme: theme === 'dark' ? 'light' : 'dark' })}
      >
        {theme === 'dark' ? text.common.light : text.common.dark}
      </Button>
    </span>
  )
}
