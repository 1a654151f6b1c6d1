// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/new_run_view.h"

#include "core/encode/encoding.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/json_members.h"
#include "ui/train/preset_card.h"
#include "ui/train/sample_roll.h"
#include "ui/train/spans.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kWidestContent = 920;
constexpr int kNarrowestCard = 250;
constexpr int kRollHeight = 104;
constexpr std::size_t kMostTokens = 128; ///< Steps of the piece that is shown.

} // namespace

SeenPiece seenPiece(const Score& score, const Json& job)
{
    SeenPiece seen;
    const Json& settings = memberAt(job, "encoding");
    Json options = settings.is_object() ? settings : Json::object();
    options.erase("name");
    const auto encoding =
        fitEncoding(textAt(settings, "name").toStdString(), options.dump(), std::span(&score, 1));
    if (!encoding) {
        seen.words = inWords(encoding.error());
        return seen;
    }
    const Result<EncodedPiece> piece = (*encoding)->encode(score, {});
    if (!piece) {
        seen.words = inWords(piece.error());
        return seen;
    }
    const std::size_t width = (*encoding)->limits().size(); // numbers in a step
    const std::size_t shown = std::min(piece->tokens.size(), kMostTokens * width);
    DecodeOptions decoding;
    const std::span<const Token> tokens = std::span(piece->tokens).first(shown);
    seen.notes = (*encoding)->decode(tokens, decoding);
    seen.end = (*encoding)->timeAfter(tokens, decoding);

    QStringList words;
    if (piece->key && truthAt(settings, "transpose")) {
        const QString from = QString::fromStdString(keyName(*piece->key));
        const QString to =
            piece->key->mode == Mode::Major ? NewRunView::tr("C major") : NewRunView::tr("A minor");
        words << (from == to ? NewRunView::tr("In %1 as it is").arg(to)
                             : NewRunView::tr("Transposed from %1 to %2").arg(from, to));
    } else {
        words << NewRunView::tr("In its own key");
    }
    words << QString::fromStdString(piece->report.text());
    seen.words = NewRunView::tr("%1; %2. %3 steps, %4 notes.")
                     .arg(words[0], words[1],
                          countInWords(static_cast<std::int64_t>(piece->tokens.size() / width)),
                          countInWords(static_cast<std::int64_t>(piece->report.notes)));
    if (shown < piece->tokens.size())
        seen.words += QLatin1Char(' ') + NewRunView::tr("The first %1 are shown.")
                                             .arg(countInWords(static_cast<std::int64_t>(shown / width)));
    return seen;
}

NewRunView::NewRunView(const StudioContext& context, PresetCatalogue& catalogue,
                       DatasetChoice& datasets, CostProbe& probe, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_catalogue(catalogue)
    , m_datasets(datasets)
    , m_probe(probe)
    , m_grid(new QGridLayout)
    , m_roll(nullptr)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget(scroll);
    inside->setProperty("surface", "clear");
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(24, 18, 24, 18);
    column->setSpacing(12);
    auto* head = new QHBoxLayout;
    head->addWidget(label(tr("What should it learn, and how?"), TextRole::Title, inside));
    head->addStretch();
    auto* claims = new QPushButton(tr("Check a claim …"), inside);
    claims->setToolTip(tr("What the authors of these systems said of them, and trainings that show "
                          "whether it is so"));
    claims->setFocusPolicy(Qt::TabFocus);
    connect(claims, &QPushButton::clicked, this, &NewRunView::claimsRequested);
    head->addWidget(claims);
    // Like everything below, no wider than the cards.
    auto* headBox = new QWidget(inside);
    head->setContentsMargins(0, 0, 0, 0);
    headBox->setLayout(head);
    headBox->setMaximumWidth(kWidestContent);
    column->addWidget(headBox);
    m_hint = label(QString(), TextRole::Muted, inside);
    m_hint->setWordWrap(true);
    column->addWidget(m_hint);
    m_grid->setSpacing(12);
    m_grid->setContentsMargins(0, 0, 0, 0);
    column->addLayout(m_grid);
    column->addSpacing(6);
    m_pieceTitle = label(tr("As the network will see it"), TextRole::Heading, inside);
    column->addWidget(m_pieceTitle);
    m_roll = new SampleRoll(context.appearance, inside);
    m_roll->setGround(true);
    m_roll->setFixedHeight(kRollHeight);
    m_roll->setMaximumWidth(kWidestContent);
    column->addWidget(m_roll);
    m_losses = label(QString(), TextRole::Small, inside);
    m_losses->setWordWrap(true);
    m_losses->setMaximumWidth(kWidestContent);
    column->addWidget(m_losses);
    column->addStretch();
    scroll->setWidget(inside);
    outer->addWidget(scroll);

    connect(&catalogue, &PresetCatalogue::arrived, this, &NewRunView::makeCards);
    connect(&catalogue, &PresetCatalogue::failed, this, [this](const Error& error) {
        m_failure = inWords(error);
        showHint();
    });
    connect(&datasets, &DatasetChoice::factsChanged, this, [this] {
        showHint();
        showTimes();
        showPiece();
    });
    connect(&probe, &CostProbe::answered, this, &NewRunView::showTimes);
    showHint();
    showPiece();
}

void NewRunView::makeCards()
{
    for (PresetCard* card : m_cards)
        delete card;
    m_cards.clear();
    for (const PresetInfo& preset : m_catalogue.presets()) {
        auto* card = new PresetCard(preset, this);
        connect(card, &QAbstractButton::clicked, this,
                [this, name = preset.name] { Q_EMIT presetChosen(name); });
        connect(card, &PresetCard::aboutRequested, this, &NewRunView::tellAbout);
        m_cards.push_back(card);
    }
    m_columns = 0;
    arrangeCards();
    showTimes();
    showHint();
}

void NewRunView::arrangeCards()
{
    const int space = std::min(width() - 48, kWidestContent);
    const int columns = std::clamp(space / kNarrowestCard, 1, 3);
    if (columns == m_columns || m_cards.empty())
        return;
    m_columns = columns;
    for (PresetCard* card : m_cards)
        m_grid->removeWidget(card);
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setMaximumWidth((kWidestContent - 12 * (columns - 1)) / columns);
        m_grid->addWidget(m_cards[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
        m_cards[i]->show(); // Now, as what is hidden cannot have the keyboard.
    }
    for (int c = 0; c < 4; ++c)
        m_grid->setColumnStretch(c, c < columns ? 100 : c == columns ? 1 : 0);
}

void NewRunView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrangeCards();
}

void NewRunView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showTimes();
}

void NewRunView::show(const RunDraft& draft)
{
    const bool isOtherEncoding =
        memberAt(draft.job(), "encoding") != memberAt(m_draft.job(), "encoding");
    m_draft = draft;
    for (PresetCard* card : m_cards)
        card->setChecked(card->preset() == draft.preset);
    if (isOtherEncoding)
        showPiece();
    showTimes();
}

bool NewRunView::focusChosen()
{
    const auto chosen = std::ranges::find_if(m_cards, &PresetCard::isChecked);
    if (chosen == m_cards.end())
        return false;
    (*chosen)->setFocus(Qt::OtherFocusReason);
    return true;
}

void NewRunView::showTimes()
{
    const DatasetFacts& facts = m_datasets.facts();
    const bool canAsk = isVisible() && !m_datasets.isBusy() && facts.isDivided();
    for (PresetCard* card : m_cards) {
        RunDraft plain = draftOf(*m_catalogue.preset(card->preset()), {});
        plain.dataset = m_datasets.chosen();
        const RunDraft& meant = card->preset() == m_draft.preset ? m_draft : plain;
        const auto cost = m_probe.cost(meant.arguments());
        card->setTime(cost ? tr("about %1 here").arg(spanInWords(cost->seconds)) : QString());
        if (canAsk && !cost && card->preset() != m_draft.preset)
            m_probe.askLater(plain.arguments());
    }
}

void NewRunView::showHint()
{
    const DatasetFacts& facts = m_datasets.facts();
    if (!m_failure.isEmpty() && !m_catalogue.isLoaded())
        m_hint->setText(
            tr("What can be trained is not known, because the engine does not answer: %1")
                .arg(m_failure));
    else if (m_datasets.chosen().isEmpty())
        m_hint->setText(tr("First it needs pieces to learn from: import a folder in the Dataset "
                           "workspace, or choose a dataset on the right."));
    else if (!m_datasets.isBusy() && facts.isDivided())
        m_hint->setText(tr("Choose a system to begin with. Times are for this computer and your %1 "
                           "training pieces. Everything can be "
                           "changed on the right.")
                            .arg(countInWords(static_cast<std::int64_t>(facts.train))));
    else
        m_hint->setText(
            tr("Choose a system to begin with. Everything can be changed on the right."));
}

void NewRunView::showPiece()
{
    const DatasetFacts& facts = m_datasets.facts();
    const bool hasPiece = !m_datasets.isBusy() && facts.piece.hasNotes() && !m_draft.base.is_null();
    m_pieceTitle->setVisible(hasPiece);
    m_roll->setVisible(hasPiece);
    m_losses->setVisible(hasPiece);
    if (!hasPiece)
        return;
    SeenPiece seen = seenPiece(facts.piece, m_draft.job());
    m_pieceTitle->setText(tr("As the network will see it: %1").arg(facts.pieceTitle).toUpper());
    m_pieceTitle->setAccessibleName(tr("As the network will see it: %1").arg(facts.pieceTitle));
    m_roll->setNotes(std::move(seen.notes), seen.end);
    m_losses->setText(seen.words);
}

void NewRunView::tellAbout(const QString& name)
{
    const PresetInfo* preset = m_catalogue.preset(name);
    if (!preset)
        return;
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(preset->title);
    box->setText(preset->origin);
    QStringList lines{preset->description};
    if (!preset->knownFaults.isEmpty()) {
        lines << QString() << tr("What is known to be wrong with it:");
        for (const QString& fault : preset->knownFaults)
            lines << QStringLiteral("· ") + fault;
    }
    for (const VariantInfo& variant : preset->variants)
        lines << QString() << tr("Variant “%1”: %2").arg(variant.name, variant.description);
    box->setInformativeText(lines.join(QLatin1Char('\n')));
    box->setStandardButtons(QMessageBox::Close);
    box->open();
}

} // namespace continuo::ui
