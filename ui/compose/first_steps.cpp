// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/first_steps.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kCardWidth = 212;
constexpr int kSpace = 16;
constexpr int kAllSteps = 7;
const QString kSetting = QStringLiteral("firstSteps"); ///< A bit for each step that is done.

} // namespace

/// One step: its number, its key, and what it does.
class StepCard final : public QFrame
{
public:
    StepCard(const Appearance& appearance, int number, const QString& key, const QString& words,
             QWidget* parent)
        : QFrame(parent)
        , m_appearance(appearance)
        , m_close(new QToolButton(this))
    {
        setAccessibleName(QStringLiteral("%1. %2: %3").arg(number).arg(key, words));
        QLabel* chip = label(QString::number(number), TextRole::Chip, this);
        QLabel* name = new QLabel(key, this);
        QFont bold = name->font();
        bold.setWeight(QFont::DemiBold);
        name->setFont(bold);
        QLabel* text = label(words, TextRole::Muted, this);
        text->setWordWrap(true);
        m_close->setIcon(lineIcon(appearance, QStringLiteral("close")));
        m_close->setIconSize({14, 14});
        m_close->setFixedSize(22, 22);
        m_close->setAccessibleName(QObject::tr("Close this step"));
        m_close->setToolTip(QObject::tr("Close this step"));
        takeKeysOnlyFromKeyboard(*m_close);
        auto* head = new QHBoxLayout;
        head->setSpacing(8);
        head->addWidget(chip);
        head->addWidget(name, 1);
        head->addWidget(m_close);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(10, 8, 8, 10);
        column->setSpacing(4);
        column->addLayout(head);
        column->addWidget(text);
        setFixedWidth(kCardWidth);
        setFixedHeight(column->hasHeightForWidth() ? column->heightForWidth(kCardWidth)
                                                   : column->sizeHint().height());
    }

    QToolButton* closer() const { return m_close; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Palette& colours = m_appearance.palette();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colours.accent, 1.2));
        painter.setBrush(colours.panel);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.6, 0.6, -0.6, -0.6), 8, 8);
    }

private:
    const Appearance& m_appearance;
    QToolButton* m_close;
};

FirstSteps::FirstSteps(const Appearance& appearance, QSettings& settings, QWidget& ground)
    : QObject(&ground)
    , m_settings(settings)
    , m_ground(ground)
{
    m_cards = {new StepCard(appearance, 1, tr("Space"),
                            tr("Hear this melody, or draw your own over it."), &ground),
               new StepCard(appearance, 2, tr("Ctrl+Enter"),
                            tr("Let the model continue it. Everything stays on this computer."),
                            &ground),
               new StepCard(appearance, 3, tr("Enter"),
                            tr("Keep the alternative you like. Undo works."), &ground)};
    for (std::size_t step = 0; step < m_cards.size(); ++step)
        connect(m_cards[step]->closer(), &QToolButton::clicked, this,
                [this, step] { finish(static_cast<Step>(step)); });
    ground.installEventFilter(this);
    show();
}

void FirstSteps::showAll()
{
    m_settings.setValue(kSetting, 0);
    show();
}

void FirstSteps::finish(Step step)
{
    const int done = m_settings.value(kSetting, 0).toInt() | (1 << step);
    m_settings.setValue(kSetting, done & kAllSteps);
    show();
}

bool FirstSteps::isShown(Step step) const
{
    return !m_cards[step]->isHidden();
}

void FirstSteps::setPossible(bool isPossible)
{
    if (std::exchange(m_isPossible, isPossible) != isPossible)
        show();
}

void FirstSteps::show()
{
    const int done = m_settings.value(kSetting, 0).toInt();
    for (std::size_t step = 0; step < m_cards.size(); ++step) {
        m_cards[step]->setVisible(m_isPossible && (done & (1 << step)) == 0);
        m_cards[step]->raise();
    }
    place();
}

void FirstSteps::place()
{
    const int width = m_ground.width();
    const int height = m_ground.height();
    const int right = std::max(width - kCardWidth - kSpace * 4, kSpace);
    // Shares of the roll, kept apart where it is low.
    int below = 0;
    const double shares[] = {0.18, 0.40, 0.70};
    for (std::size_t step = 0; step < m_cards.size(); ++step) {
        StepCard& card = *m_cards[step];
        const int x = step == 0 ? std::min(40 + 58, right) : right;
        int y = static_cast<int>(height * shares[step]);
        if (step > 0 || x == right)
            y = std::max(y, below);
        y = std::clamp(y, 0, std::max(height - card.height() - kSpace, 0));
        card.move(x, y);
        below = y + card.height() + kSpace / 2;
    }
}

bool FirstSteps::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_ground && event->type() == QEvent::Resize)
        place();
    return QObject::eventFilter(watched, event);
}

} // namespace continuo::ui
