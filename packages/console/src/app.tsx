/** Everything that surrounds the pages: language, light, the node's answers, the way from page to page. */
import type { Locale } from '@secureflow/base'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App as Antd, ConfigProvider, type ConfigProviderProps, theme } from 'antd'
import enGB from 'antd/es/locale/en_GB.js'
import zhCN from 'antd/es/locale/zh_CN.js'
import { useEffect } from 'react'
import { queryClient } from './queries.ts'
import { router } from './router.tsx'
import { useSettings } from './settings.ts'

/** The library's types take these modules for CommonJS; the build takes them for what they are. */
const locales = { en: enGB, zh: zhCN } as unknown as Record<Locale, NonNullable<ConfigProviderProps['locale']>>

/** The node puts a fresh one into every copy of the page. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''

export function App() {
  const { locale, theme: light } = useSettings()
  useEffect(() => {
    document.documentElement.lang = locale
    document.documentElement.dataset.theme = light
  }, [locale, light])
  return (
    <ConfigProvider
      locale={locales[locale]}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      theme={{
        components:
          light === 'dark'
            ? { Button: { primaryColor: '#08152b' }, Menu: { itemSelectedColor: '#d6e5ff', itemSelectedBg: '#1d3357' } }
            : {},
        algorithm: light === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          // 4.5 to 1 on white and on the dark ground.
          colorPrimary: light === 'dark' ? '#5b9bff' : '#1554c0',
          colorTextDescription: light === 'dark' ? '#a8adb7' : '#5a6069',
          colorTextPlaceholder: light === 'dark' ? '#989ea9' : '#686e78',
          colorTextTertiary: light === 'dark' ? '#a8adb7' : '#5a6069',
          colorLink: light === 'dark' ? '#7fb1ff' : '#1554c0',
          colorError: light === 'dark' ? '#ff8f8a' : '#c02626',
          colorTextDisabled: light === 'dark' ? '#989ea9' : '#686e78',
          borderRadius: 6,
          fontFamily: "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
        },
      }}
    >
      <Antd>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </Antd>
    </ConfigProvider>
  )
}
