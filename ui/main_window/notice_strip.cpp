// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/notice_strip.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace continuo::ui {

namespace {

// Time to notice it, and to read it at a leisurely pace.
constexpr int kToldMs = 5'000;
constexpr int kLetterMs = 60;

int readingMs(const QString& sentence)
{
    return kToldMs + kLetterMs * static_cast<int>(sentence.size());
}

} // namespace

NoticeStrip::NoticeStrip(const Appearance& appearance, const Notices& notices, QWidget& work,
                         QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_work(work)
    , m_icon(new QLabel(this))
    , m_sentence(label(QString(), TextRole::Plain, this))
    , m_close(new QToolButton(this))
{
    setSurface(*this, Surface::Bottom);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_sentence->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_sentence->setAccessibleName(tr("Notice"));
    m_close->setIcon(lineIcon(appearance, QStringLiteral("close")));
    m_close->setToolTip(tr("Close this notice"));
    m_close->setAccessibleName(tr("Close this notice"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 8, 6);
    row->setSpacing(8);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    m_leave.setSingleShot(true);
    work.installEventFilter(this);
    hide();
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(&m_leave, &QTimer::timeout, this, &NoticeStrip::leave);
    connect(&notices, &Notices::arrived, this, &NoticeStrip::show);
}

QString NoticeStrip::sentence() const
{
    return isHidden() ? QString() : m_sentence->text();
}

void NoticeStrip::show(Notices::Level level, const QString& sentence)
{
    const Palette& palette = m_appearance.palette();
    const bool isTold = level == Notices::Level::Told;
    if (isTold && !isHidden() && !m_leave.isActive())
        return; // A failure that nobody has closed yet is worth more.
    const QString icon = isTold ? QStringLiteral("check") : level == Notices::Level::Warning ? QStringLiteral("warning") : QStringLiteral("error");
    const QColor colour = isTold ? palette.accent : level == Notices::Level::Warning ? palette.warning : palette.bad;
    m_icon->setPixmap(iconPixmap(icon, colour, 18, devicePixelRatioF()));
    m_sentence->setText(sentence);
    isTold ? m_leave.start(readingMs(sentence)) : m_leave.stop();
    layOver();
    raise();
    QWidget::show();
}

void NoticeStrip::layOver()
{
    const QWidget& ground = *parentWidget();
    const int wide = ground.width();
    const int high = std::max(minimumSizeHint().height(), layout()->totalHeightForWidth(wide));
    const int lower = m_work.mapTo(&ground, QPoint(0, m_work.height())).y();
    setGeometry(0, lower - high, wide, high);
}

bool NoticeStrip::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_work && (event->type() == QEvent::Resize || event->type() == QEvent::Move))
        layOver();
    return QWidget::eventFilter(watched, event);
}

void NoticeStrip::leave()
{
    const bool isLookedAt = underMouse() || isAncestorOf(QApplication::focusWidget());
    isLookedAt ? m_leave.start() : hide();
}

} // namespace continuo::ui
