// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/track_card.h"

#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QStylePainter>
#include <QToolButton>

namespace continuo::ui {

namespace {

constexpr int kDot = 9;

/// A round letter that is on or off.
class Chip final : public QToolButton
{
public:
    Chip(const QString& letter, const QString& name, QWidget* parent)
        : QToolButton(parent)
    {
        setText(letter);
        setCheckable(true);
        setAccessibleName(name);
        setToolTip(name);
        setFixedSize(28, 20);
        takeKeysOnlyFromKeyboard(*this);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor edge = palette().color(hasFocus() || isChecked() ? QPalette::Highlight
                                            : underMouse()            ? QPalette::PlaceholderText
                                                                      : QPalette::Mid);
        painter.setPen(edge);
        painter.setBrush(isChecked() ? QBrush(palette().color(QPalette::Highlight))
                                     : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9.5, 9.5);
        QFont small = font();
        small.setPixelSize(11);
        painter.setFont(small);
        painter.setPen(
            palette().color(isChecked() ? QPalette::HighlightedText : QPalette::ButtonText));
        painter.drawText(rect(), Qt::AlignCenter, text());
    }
};

} // namespace

TrackCard::TrackCard(TrackId track, QWidget* parent)
    : QFrame(parent)
    , m_track(track)
    , m_name(new QLabel(this))
    , m_sound(label({}, TextRole::Small, this))
    , m_mute(new Chip(tr("M"), tr("Mute"), this))
    , m_solo(new Chip(tr("S"), tr("Solo"), this))
{
    setSurface(*this, Surface::Card);
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(48);
    for (QLabel* one : {m_name, m_sound}) {
        one->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        one->setTextFormat(Qt::PlainText);
    }
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch(1);
    words->addWidget(m_name);
    words->addWidget(m_sound);
    words->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10 + kDot + 8, 4, 10, 4);
    row->setSpacing(6);
    row->addLayout(words, 1);
    row->addWidget(m_mute);
    row->addWidget(m_solo);
    connect(m_mute, &QToolButton::clicked, this, &TrackCard::muteToggled);
    connect(m_solo, &QToolButton::clicked, this, &TrackCard::soloToggled);
}

void TrackCard::show(const QString& name, const QString& sound, const QColor& colour)
{
    m_fullName = name;
    m_fullSound = sound;
    m_colour = colour;
    setToolTip(QStringLiteral("%1\n%2").arg(name, sound));
    setAccessibleName(tr("Track %1, %2").arg(name, sound));
    showName();
    update();
}

void TrackCard::showName()
{
    m_name->setText(m_name->fontMetrics().elidedText(m_fullName, Qt::ElideRight, m_name->width()));
    m_sound->setText(
        m_sound->fontMetrics().elidedText(m_fullSound, Qt::ElideRight, m_sound->width()));
}

void TrackCard::setActive(bool isActive)
{
    m_isActive = isActive;
    setAccessibleDescription(isActive ? tr("The active track: what you draw goes here")
                                      : QString());
    setStyleFlag(*this, "chosen", isActive);
}

void TrackCard::setSilence(bool isMuted, bool isSolo)
{
    m_mute->setChecked(isMuted);
    m_solo->setChecked(isSolo);
}

bool TrackCard::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_F2 || key == Qt::Key_Delete || key == Qt::Key_Return ||
            key == Qt::Key_Enter) {
            event->accept();
            return true;
        }
    }
    return QFrame::event(event);
}

void TrackCard::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour);
    painter.drawEllipse(QRectF(10, (height() - kDot) / 2.0, kDot, kDot));
    if (hasFocus() && !m_isActive) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    }
}

void TrackCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    layout()->activate();
    showName();
}

void TrackCard::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT activated();
}

void TrackCard::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        beginRename();
}

void TrackCard::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT activated();
        break;
    case Qt::Key_F2:
        beginRename();
        break;
    case Qt::Key_Delete:
        Q_EMIT deleteRequested();
        break;
    case Qt::Key_Down:
        focusNextChild();
        break;
    case Qt::Key_Up:
        focusPreviousChild();
        break;
    default:
        QFrame::keyPressEvent(event);
    }
}

void TrackCard::contextMenuEvent(QContextMenuEvent* event)
{
    Q_EMIT menuRequested(event->reason() == QContextMenuEvent::Mouse
                             ? event->globalPos()
                             : mapToGlobal(rect().center()));
}

void TrackCard::beginRename()
{
    if (m_editor)
        return;
    m_editor = new QLineEdit(m_fullName, this);
    m_editor->setAccessibleName(tr("Name of the track"));
    m_editor->setGeometry(QRect(m_name->x() - 6, (height() - 30) / 2,
                                m_solo->geometry().right() - m_name->x() + 8, 30));
    m_editor->selectAll();
    m_editor->QWidget::show();
    m_editor->setFocus();
    connect(m_editor, &QLineEdit::editingFinished, this, [this] { endRename(true); });
    auto* cancel = new QAction(m_editor);
    cancel->setShortcut(Qt::Key_Escape);
    cancel->setShortcutContext(Qt::WidgetShortcut);
    m_editor->addAction(cancel);
    connect(cancel, &QAction::triggered, this, [this] { endRename(false); });
}

void TrackCard::endRename(bool isKept)
{
    if (!m_editor)
        return;
    QLineEdit* editor = std::exchange(m_editor, nullptr);
    const QString name = editor->text().trimmed();
    editor->hide();
    editor->deleteLater();
    setFocus();
    if (isKept && name != m_fullName)
        Q_EMIT renamed(name);
}

} // namespace continuo::ui
