// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/recovery_bar.h"

#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>

#include <algorithm>
#include <utility>

namespace continuo::ui {

/// The notes of a score as marks, all of them in view.
class NoteShape final : public QWidget
{
    Q_OBJECT

public:
    NoteShape(const Appearance& appearance, QWidget* parent)
        : QWidget(parent)
        , m_appearance(appearance)
    {
        setFixedSize(160, 36);
        connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
    }

    void setNotes(std::vector<Note> notes)
    {
        m_notes = std::move(notes);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const Palette& palette = m_appearance.palette();
        painter.fillRect(rect(), palette.row);
        if (m_notes.empty())
            return;
        const auto [lowest, highest] =
            std::ranges::minmax_element(m_notes, {}, [](const Note& note) { return note.pitch; });
        const double end =
            static_cast<double>(std::ranges::max_element(m_notes, {}, &Note::end)->end().value);
        const double wide = (width() - 8) / std::max(1.0, end);
        const double high = (height() - 8.0) / (highest->pitch.value - lowest->pitch.value + 1);
        for (const Note& note : m_notes) {
            painter.fillRect(
                QRectF(4 + static_cast<double>(note.start.value) * wide,
                       4 + (highest->pitch.value - note.pitch.value) * high,
                       std::max(1.0, static_cast<double>(note.length.value) * wide - 0.5),
                       std::clamp(high, 1.0, 4.0)),
                palette.accent);
        }
    }

private:
    const Appearance& m_appearance;
    std::vector<Note> m_notes{};
};

namespace {

/// "today at 12:31", "on 3 May at 12:31".
QString whenInWords(const QDateTime& when)
{
    const QLocale locale;
    const QString time = when.time().toString(QStringLiteral("HH:mm"));
    return when.date() == QDate::currentDate()
               ? RecoveryBar::tr("today at %1").arg(time)
               : RecoveryBar::tr("on %1 at %2")
                     .arg(locale.toString(when.date(), QLocale::ShortFormat), time);
}

} // namespace

RecoveryBar::RecoveryBar(const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_shape(new NoteShape(appearance, this))
    , m_words(label(QString(), TextRole::Plain, this))
    , m_recover(button(tr("Recover"), this))
    , m_discard(button(tr("Discard this copy"), this))
    , m_later(quietButton(tr("Later"), this))
{
    setSurface(*this, Surface::Top);
    setAccessibleName(tr("Recovery"));
    m_words->setWordWrap(true);
    m_recover->setToolTip(tr("Opens it as it was autosaved. Its file changes only when you save."));
    m_discard->setToolTip(tr("Deletes the autosaved copy. The file that was last saved stays."));
    m_later->setToolTip(tr("Asks again at the next start"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    row->addWidget(m_shape);
    row->addSpacing(4);
    row->addWidget(m_words, 1);
    for (QPushButton* one : {m_recover, m_discard, m_later})
        row->addWidget(one);
    hide();
    connect(m_recover, &QPushButton::clicked, this, [this] {
        const RecoveryOffer offer = m_offers.front();
        next();
        Q_EMIT recoverChosen(offer);
    });
    connect(m_discard, &QPushButton::clicked, this, [this] {
        discard(m_offers.front());
        next();
    });
    connect(m_later, &QPushButton::clicked, this, &RecoveryBar::next);
}

void RecoveryBar::offer(std::vector<RecoveryOffer> offers)
{
    m_offers = std::move(offers);
    showFirst();
}

void RecoveryBar::next()
{
    m_offers.erase(m_offers.begin());
    showFirst();
}

void RecoveryBar::showFirst()
{
    setVisible(!m_offers.empty());
    if (m_offers.empty())
        return;
    const RecoveryOffer& offer = m_offers.front();
    m_shape->setNotes(allNotes(offer.project->score));
    const std::size_t count = offer.project->score.noteCount();
    const QString notes = count == 1
                              ? tr("1 note")
                              : tr("%1 notes").arg(countInWords(static_cast<std::int64_t>(count)));
    m_words->setText(tr("“%1” was not saved when the window ended. Autosaved %2, %3.")
                         .arg(offer.title, whenInWords(offer.when), notes));
    m_words->setToolTip(offer.originalPath);
}

} // namespace continuo::ui

#include "recovery_bar.moc"
