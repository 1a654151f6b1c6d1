// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_preview.h"

#include "ui/base/appearance.h"
#include "ui/base/elided_label.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/piece_roll.h"
#include "ui/play/player.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <utility>

namespace continuo::ui {

namespace {

/// Bars that follow each other have one frame.
std::vector<PieceRoll::Mark> marksOf(const std::vector<ProblemPlace>& problems)
{
    std::vector<PieceRoll::Mark> marks;
    for (const ProblemPlace& place : problems) {
        const QString words = QString::fromStdString(place.text);
        for (std::size_t i = 0; i < place.bars.size(); ++i) {
            const std::int64_t bar = place.bars[i] - 1;
            if (i > 0 && bar == marks.back().lastBar + 1)
                marks.back().lastBar = bar;
            else
                marks.push_back({bar, bar, words});
        }
    }
    return marks;
}

} // namespace

PiecePreview::PiecePreview(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(label(QString(), TextRole::Small, this))
    , m_seed(button(tr("Use as seed melody"), this))
    , m_sides{makeSide(AsRead, tr("As read")), makeSide(Cleaned, tr("After the recipe"))}
    , m_queue(this)
{
    setSurface(*this, Surface::Panel);
    m_seed->setToolTip(tr("Take it to Compose to be continued (Enter)"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 9, 14, 8);
    row->setSpacing(14);
    for (const Side& side : m_sides)
        row->addWidget(side.place, 1);
    connect(m_seed, &QPushButton::clicked, this, &PiecePreview::chooseSeed);
    connect(&context.player, &Player::auditionChanged, this, &PiecePreview::refresh);
    connect(&context.player, &Player::positionChanged, this, [this](Tick time) {
        const std::optional<Version> heard = auditioned();
        for (const Version version : {AsRead, Cleaned})
            m_sides[version].roll->setPlayhead(heard == version ? std::optional(time)
                                                                : std::nullopt);
    });
    // Both show the same bars at one scale.
    for (const auto& [one, other] : {std::pair(AsRead, Cleaned), std::pair(Cleaned, AsRead)})
        m_sides[one].roll->setBeside(*m_sides[other].roll);
    refresh();
}

PiecePreview::~PiecePreview()
{
    m_cancel.cancel();
}

PiecePreview::Side PiecePreview::makeSide(Version version, const QString& heading)
{
    auto* place = new QWidget(this);
    Side side{place, new QToolButton(place), label(heading, TextRole::Heading, place),
              new ElidedLabel(place), new PieceRoll(m_context.appearance, place)};
    side.play->setAccessibleName(version == AsRead ? tr("Hear this piece as it was read")
                                                   : tr("Hear this piece after the recipe"));
    side.roll->setAccessibleName(heading);
    side.words->setMinimumWidth(40);
    side.words->setElideMode(version == AsRead ? Qt::ElideMiddle : Qt::ElideRight);
    side.words->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(side.play);
    row->addWidget(side.heading);
    row->addWidget(side.words, 1);
    if (version == AsRead) {
        row->addWidget(m_facts);
        row->addWidget(m_seed);
    }
    auto* column = new QVBoxLayout(place);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(side.roll, 1);
    connect(side.play, &QToolButton::clicked, this, [this, version] { audition(version); });
    return side;
}

void PiecePreview::clear()
{
    m_cancel.cancel();
    if (auditioned())
        m_context.player.endAudition();
    m_row.reset();
    m_versions = {};
    m_afterwards.clear();
    m_why.clear();
    for (const Side& side : m_sides)
        side.roll->clear();
    m_playsWhenThere = false;
    m_isSeedWhenThere = false;
    refresh();
}

void PiecePreview::show(const QString& set, const PieceRow& row)
{
    const bool isSamePiece = m_row && m_row->id == row.id && m_set == set;
    const bool isSameVersion =
        isSamePiece && m_row->changes == row.changes && m_row->isInUse == row.isInUse;
    const bool wasHeard = auditioned().has_value();
    m_row = row;
    m_set = set;
    if (isSameVersion)
        return;
    m_cancel.cancel();
    m_cancel = {};
    if (!isSamePiece)
        m_versions = {};
    m_why.clear();
    m_playsWhenThere = wasHeard && !isSamePiece;
    m_isSeedWhenThere = false;
    refresh();
    m_queue.run(
        [path = std::filesystem::path(QFile::encodeName(set).toStdString()), piece = row.id,
         problems = row.problems, cancel = m_cancel]() -> Result<PieceReading> {
            // Who holds an arrow key down wants the last piece only.
            if (cancel.isCancelled())
                return cancelledError();
            return readPiece(path, piece, problems);
        },
        [this, cancel = m_cancel](Result<PieceReading> reading) {
            if (!cancel.isCancelled())
                take(std::move(reading));
        });
}

void PiecePreview::take(Result<PieceReading> reading)
{
    m_versions = {};
    m_afterwards.clear();
    if (!reading) {
        m_why = inWords(reading.error());
        for (const Side& side : m_sides)
            side.roll->clear();
    } else {
        CleanedPiece& cleaned = reading->versions.cleaned;
        const bool isChanged = !cleaned.applied.empty() || !cleaned.isInUse;
        QStringList words;
        for (const AppliedStep& step : cleaned.applied)
            words << QString::fromStdString(step.words);
        if (!cleaned.isInUse)
            words = {tr("left out: %1").arg(QString::fromStdString(cleaned.whyLeftOutText))};
        else if (cleaned.scores.size() > 1)
            words << tr("the first of %1 pieces").arg(cleaned.scores.size());
        m_afterwards = words.join(QStringLiteral(", "));
        if (isChanged && !cleaned.scores.empty())
            m_versions[Cleaned] = std::make_shared<const Score>(std::move(cleaned.scores.front()));
        m_versions[AsRead] =
            std::make_shared<const Score>(std::move(reading->versions.asRead.score));
        m_sides[AsRead].roll->setScore(*m_versions[AsRead]);
        m_sides[AsRead].roll->setMarks(marksOf(reading->problems));
        m_sides[AsRead].roll->setQuiet(isChanged);
        if (m_versions[Cleaned])
            m_sides[Cleaned].roll->setScore(*m_versions[Cleaned]);
        else
            m_sides[Cleaned].roll->clear();
    }
    refresh();
    Q_EMIT arrived();
    if (std::exchange(m_playsWhenThere, false) && m_versions[AsRead])
        m_context.player.audition(*m_versions[learned()], {}, auditionName(learned()));
    if (std::exchange(m_isSeedWhenThere, false))
        chooseSeed();
}

void PiecePreview::toggleAudition()
{
    audition(auditioned().value_or(learned()));
}

void PiecePreview::audition(Version version)
{
    if (!m_row || m_row->notes == 0)
        return;
    if (!m_versions[version]) {
        m_playsWhenThere = m_why.isEmpty();
        return;
    }
    if (auditioned() == version)
        m_context.player.endAudition();
    else
        m_context.player.audition(*m_versions[version], {}, auditionName(version));
}

void PiecePreview::chooseSeed()
{
    if (!m_row || m_row->notes == 0)
        return;
    if (!m_versions[AsRead]) {
        m_isSeedWhenThere = m_why.isEmpty();
        return;
    }
    if (auditioned())
        m_context.player.endAudition();
    Q_EMIT seedChosen(*m_versions[learned()], pieceName(*m_row));
}

std::optional<PiecePreview::Version> PiecePreview::auditioned() const
{
    if (!m_row)
        return std::nullopt;
    for (const Version version : {AsRead, Cleaned}) {
        if (m_context.player.auditioned() == auditionName(version))
            return version;
    }
    return std::nullopt;
}

QString PiecePreview::auditionName(Version version) const
{
    return QStringLiteral("dataset piece %1 of %2, %3")
        .arg(m_row->id)
        .arg(m_set, version == AsRead ? QStringLiteral("as read") : QStringLiteral("cleaned"));
}

void PiecePreview::refresh()
{
    const QString because = !m_row              ? tr("Choose a piece in the table first.")
                            : m_row->notes == 0 ? tr("This piece has no notes.")
                                                : m_why;
    const bool isCompared = m_row && !m_afterwards.isEmpty();
    m_sides[Cleaned].place->setVisible(isCompared);
    m_sides[AsRead].heading->setVisible(isCompared);
    refreshSide(AsRead, because);
    refreshSide(Cleaned, !because.isEmpty()    ? because
                         : m_versions[Cleaned] ? QString()
                                               : tr("The recipe leaves this piece out."));
    setEnabledBecause(*m_seed, because);
    m_sides[AsRead].roll->setEmptyWords(
        !m_row              ? tr("Choose a piece in the table to see and to hear it.")
        : m_row->notes == 0 ? tr("This piece has no notes.")
                            : QString());
    m_sides[Cleaned].roll->setEmptyWords(tr("Not in use"));
    m_facts->setVisible(!isCompared);
    ElidedLabel& name = *m_sides[AsRead].words;
    name.setText(!m_row ? QString() : m_why.isEmpty() ? pieceName(*m_row) : m_why);
    name.setToolTip(name.text());
    m_sides[Cleaned].words->setText(m_afterwards);
    m_sides[Cleaned].words->setToolTip(m_afterwards);
    m_facts->setText(!m_row              ? QString()
                     : m_row->notes == 0 ? tr("no notes")
                                         : tr("%1 · %2 · %3 bars")
                                               .arg(keyInWords(*m_row), meterInWords(*m_row),
                                                    countInWords(m_row->bars)));
}

void PiecePreview::refreshSide(Version version, const QString& because)
{
    const Side& side = m_sides[version];
    const bool isHeard = auditioned() == version;
    const bool isUsual = version == learned();
    side.play->setIcon(
        lineIcon(m_context.appearance, isHeard ? QStringLiteral("stop") : QStringLiteral("play")));
    const QString words = isHeard             ? tr("Stop")
                          : version == AsRead ? tr("Hear this piece as it was read")
                                              : tr("Hear this piece after the recipe");
    side.play->setProperty("ownToolTip", isUsual || isHeard ? tr("%1 (Space)").arg(words) : words);
    setEnabledBecause(*side.play, because);
    if (!isHeard)
        side.roll->setPlayhead(std::nullopt);
}

} // namespace continuo::ui
