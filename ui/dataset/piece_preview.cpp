// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_preview.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/piece_roll.h"
#include "ui/dataset/set_reading.h"
#include "ui/play/player.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <utility>

namespace continuo::ui {

PiecePreview::PiecePreview(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_name(label(QString(), TextRole::Plain, this))
    , m_facts(label(QString(), TextRole::Small, this))
    , m_play(new QToolButton(this))
    , m_seed(button(tr("Use as seed melody"), this))
    , m_roll(new PieceRoll(context.appearance, this))
    , m_queue(this)
{
    setSurface(*this, Surface::Panel);
    m_play->setIcon(lineIcon(context.appearance, QStringLiteral("play")));
    m_play->setAccessibleName(tr("Hear this piece"));
    m_seed->setToolTip(tr("Take it to Compose to be continued (Enter)"));
    m_name->setMinimumWidth(40);
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_play);
    row->addWidget(m_name, 1);
    row->addWidget(m_facts);
    row->addWidget(m_seed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 9, 14, 8);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(m_roll, 1);
    connect(m_play, &QToolButton::clicked, this, &PiecePreview::toggleAudition);
    connect(m_seed, &QPushButton::clicked, this, &PiecePreview::chooseSeed);
    connect(&context.player, &Player::auditionChanged, this, &PiecePreview::refresh);
    connect(&context.player, &Player::positionChanged, this, [this](Tick time) {
        m_roll->setPlayhead(isAuditioned() ? std::optional(time) : std::nullopt);
    });
    refresh();
}

PiecePreview::~PiecePreview()
{
    m_cancel.cancel();
}

void PiecePreview::clear()
{
    m_cancel.cancel();
    if (isAuditioned())
        m_context.player.endAudition();
    m_row.reset();
    m_score.reset();
    m_why.clear();
    m_roll->clear();
    m_playsWhenThere = false;
    m_isSeedWhenThere = false;
    refresh();
}

void PiecePreview::show(const QString& set, const PieceRow& row)
{
    if (m_row && m_row->id == row.id && m_set == set && m_row->part == row.part)
        return;
    const bool isSamePiece = m_row && m_row->id == row.id && m_set == set;
    const bool wasHeard = isAuditioned();
    m_row = row;
    m_set = set;
    if (isSamePiece)
        return;
    m_cancel.cancel();
    m_cancel = {};
    m_score.reset();
    m_why.clear();
    m_playsWhenThere = wasHeard;
    m_isSeedWhenThere = false;
    refresh();
    m_queue.run(
        [path = std::filesystem::path(QFile::encodeName(set).toStdString()), file = row.file,
         ordinal = row.ordinal, cancel = m_cancel]() -> Result<Score> {
            // Who holds an arrow key down wants the last piece only.
            if (cancel.isCancelled())
                return cancelledError();
            return readScore(path, file, ordinal);
        },
        [this, cancel = m_cancel](Result<Score> score) {
            if (!cancel.isCancelled())
                take(std::move(score));
        });
}

void PiecePreview::take(Result<Score> score)
{
    if (!score) {
        m_why = inWords(score.error());
        m_roll->clear();
    } else {
        m_score = std::make_shared<const Score>(std::move(*score));
        m_roll->setScore(*m_score);
    }
    refresh();
    Q_EMIT arrived();
    if (std::exchange(m_playsWhenThere, false) && m_score)
        m_context.player.audition(*m_score, {}, auditionName());
    if (std::exchange(m_isSeedWhenThere, false))
        chooseSeed();
}

void PiecePreview::toggleAudition()
{
    if (!m_row || m_row->notes == 0)
        return;
    if (!m_score) {
        m_playsWhenThere = m_why.isEmpty();
        return;
    }
    if (isAuditioned())
        m_context.player.endAudition();
    else
        m_context.player.audition(*m_score, {}, auditionName());
}

void PiecePreview::chooseSeed()
{
    if (!m_row || m_row->notes == 0)
        return;
    if (!m_score) {
        m_isSeedWhenThere = m_why.isEmpty();
        return;
    }
    if (isAuditioned())
        m_context.player.endAudition();
    Q_EMIT seedChosen(*m_score, pieceName(*m_row));
}

bool PiecePreview::isAuditioned() const
{
    return m_row && m_context.player.auditioned() == auditionName();
}

QString PiecePreview::auditionName() const
{
    return QStringLiteral("dataset piece %1 of %2").arg(m_row->id).arg(m_set);
}

void PiecePreview::refresh()
{
    const bool isHeard = isAuditioned();
    const QString because = !m_row              ? tr("Choose a piece in the table first.")
                            : m_row->notes == 0 ? tr("This piece has no notes.")
                                                : m_why;
    m_play->setIcon(
        lineIcon(m_context.appearance, isHeard ? QStringLiteral("stop") : QStringLiteral("play")));
    m_play->setProperty("ownToolTip", isHeard ? tr("Stop (Space)") : tr("Hear this piece (Space)"));
    setEnabledBecause(*m_play, because);
    setEnabledBecause(*m_seed, because);
    m_roll->setEmptyWords(!m_row ? tr("Choose a piece in the table to see and to hear it.")
                          : m_row->notes == 0 ? tr("This piece has no notes.")
                                              : QString());
    if (!isHeard)
        m_roll->setPlayhead(std::nullopt);
    if (!m_row) {
        m_name->clear();
        m_facts->clear();
        return;
    }
    m_name->setText(m_why.isEmpty() ? pieceName(*m_row) : m_why);
    m_name->setToolTip(m_name->text());
    m_facts->setText(m_row->notes == 0 ? tr("no notes")
                                       : tr("%1 · %2 · %3 bars")
                                             .arg(keyInWords(*m_row), meterInWords(*m_row),
                                                  countInWords(m_row->bars)));
}

} // namespace continuo::ui
