// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/score_card_dialog.h"

#include "core/midi/read_midi.h"
#include "ui/base/appearance.h"
#include "ui/base/elided_label.h"
#include "ui/base/icons.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/play/player.h"
#include "ui/train/judging_strip.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kWidth = 840;
constexpr int kHeight = 648;
constexpr int kRowHeight = 21;
constexpr int kBetweenColumns = 20;
constexpr int kWordsWidth = 300;

enum Column
{
    NameColumn,
    ValueColumn,
    SetColumn,
    DistanceColumn,
    ColumnCount
};

Result<std::size_t> notesOf(const QString& melody)
{
    // A few hundred bytes.
    const Result<MidiReading> midi = readMidiFile(QFile::encodeName(melody).toStdString());
    return midi ? midi->score.noteCount() : Result<std::size_t>(midi.error());
}

QString questionOf(const QString& set, const QStringList& melodies)
{
    return set + QLatin1Char('\n') + melodies.join(QLatin1Char('\n'));
}

QLabel* paragraphs(const QString& name, QWidget* parent)
{
    QLabel* words = label(QString(), TextRole::Plain, parent);
    words->setWordWrap(true);
    words->setAlignment(Qt::AlignTop);
    words->setTextFormat(Qt::PlainText);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words->setAccessibleName(name);
    return words;
}

} // namespace

ScoreCardDialog::ScoreCardDialog(const StudioContext& context, Judging& judging, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_judging(judging)
    , m_title(new ElidedLabel(this))
    , m_about(new ElidedLabel(this))
    , m_earlier(new QToolButton(this))
    , m_later(new QToolButton(this))
    , m_play(button(tr("Play"), this))
    , m_body(new QWidget(this))
    , m_numbers(new QTreeWidget(m_body))
    , m_formula(label(QString(), TextRole::Muted, m_body))
    , m_note(label(QString(), TextRole::Warning, this))
    , m_strip(new JudgingStrip(button(tr("Judge"), this), this))
{
    setWindowTitle(tr("Score card"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    m_title->setProperty("role", "title");
    head->addWidget(m_title, 1);
    m_earlier->setText(tr("Earlier"));
    m_later->setText(tr("Later"));
    m_earlier->setToolTip(tr("The melody before, or the checkpoint before"));
    m_later->setToolTip(tr("The melody after, or the checkpoint after"));
    for (QToolButton* each : {m_earlier, m_later}) {
        each->setProperty("field", true);
        each->setFocusPolicy(Qt::StrongFocus);
        head->addWidget(each);
    }
    head->addWidget(m_play);
    column->addLayout(head);
    m_about->setProperty("role", "muted");
    column->addWidget(m_about);
    m_note->setWordWrap(true);
    column->addWidget(m_note);

    auto* body = new QHBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(24);
    auto* left = new QVBoxLayout;
    m_numbers->setColumnCount(ColumnCount);
    m_numbers->setHeaderLabels({QString(), tr("this melody"), tr("the set"), QString()});
    m_numbers->setRootIsDecorated(false);
    m_numbers->setItemsExpandable(false);
    m_numbers->setIndentation(8);
    m_numbers->setUniformRowHeights(true);
    m_numbers->setAccessibleName(tr("Numbers of the melody and of the set"));
    m_numbers->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_numbers->setTabKeyNavigation(false);
    QHeaderView* header = m_numbers->header();
    header->setSectionsClickable(false);
    header->setStretchLastSection(false);
    header->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
    for (const int each : {ValueColumn, SetColumn, DistanceColumn})
        header->setSectionResizeMode(each, QHeaderView::ResizeToContents);
    for (const int each : {ValueColumn, SetColumn})
        m_numbers->headerItem()->setTextAlignment(each, Qt::AlignRight | Qt::AlignVCenter);
    m_numbers->headerItem()->setToolTip(
        SetColumn, tr("Mean and standard deviation over the pieces it learned from"));
    left->addWidget(m_numbers, 1);
    m_formula->setWordWrap(true);
    m_formula->setAlignment(Qt::AlignTop);
    m_formula->setFixedHeight(m_formula->fontMetrics().lineSpacing() * 3);
    m_formula->setAccessibleName(tr("What the number means"));
    left->addWidget(m_formula);
    body->addLayout(left, 1);

    auto* scroll = new QScrollArea(m_body);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFixedWidth(kWordsWidth);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* words = new QWidget(scroll);
    words->setProperty("surface", "clear");
    auto* right = new QVBoxLayout(words);
    right->setContentsMargins(0, 0, 8, 0);
    right->setSpacing(8);
    m_originality = paragraphs(tr("Originality"), words);
    m_variety = paragraphs(tr("Variety"), words);
    right->addWidget(label(tr("Originality"), TextRole::Heading, words));
    right->addWidget(m_originality);
    right->addSpacing(8);
    right->addWidget(label(tr("Variety"), TextRole::Heading, words));
    right->addWidget(m_variety);
    right->addStretch();
    scroll->setWidget(words);
    body->addWidget(scroll);
    column->addWidget(m_body, 1);
    column->addStretch();

    m_strip->choose().setToolTip(tr("Says where the set is that the network learned from"));
    column->addWidget(m_strip);

    connect(m_earlier, &QToolButton::clicked, this, [this] { go(-1); });
    connect(m_later, &QToolButton::clicked, this, [this] { go(1); });
    connect(m_play, &QPushButton::clicked, this, &ScoreCardDialog::play);
    connect(m_strip, &JudgingStrip::chooseRequested, this, &ScoreCardDialog::chooseSet);
    connect(m_strip, &JudgingStrip::stopRequested, this, &ScoreCardDialog::stop);
    connect(&m_strip->start(), &QPushButton::clicked, this, &ScoreCardDialog::look);
    connect(m_numbers, &QTreeWidget::currentItemChanged, this, &ScoreCardDialog::showFormula);
    connect(m_strip, &JudgingStrip::closeRequested, this, &QDialog::hide);
    connect(&context.player, &Player::auditionChanged, this, &ScoreCardDialog::showHead);
    connect(&context.appearance, &Appearance::changed, this, [this] {
        if (m_run || m_melody)
            showCard();
    });
    for (QPushButton* each : findChildren<QPushButton*>())
        each->setAutoDefault(false);
    resize(kWidth, kHeight);
}

std::vector<ScoreCardDialog::Place> ScoreCardDialog::places() const
{
    std::vector<Place> places;
    if (!m_run)
        return places;
    for (const KeptCheckpoint& checkpoint : m_run->story.checkpoints)
        for (qsizetype melody = 0; melody < checkpoint.samples.size(); ++melody)
            places.push_back({checkpoint.step, melody});
    return places;
}

QStringList ScoreCardDialog::samples() const
{
    if (m_melody)
        return {m_melody->file};
    QStringList files;
    for (const KeptCheckpoint& checkpoint : m_run->story.checkpoints)
        if (checkpoint.step == m_place.step)
            for (const QString& sample : checkpoint.samples)
                files << m_run->path + QLatin1Char('/') + sample;
    return files;
}

QString ScoreCardDialog::sample() const
{
    return samples().value(m_place.melody);
}

void ScoreCardDialog::showSample(RunFactsPointer run, const QString& file, std::int64_t step)
{
    m_melody.reset();
    m_run = std::move(run);
    m_set = file;
    m_place = {step, 0};
    look();
}

void ScoreCardDialog::showMelody(const CardMelody& melody, const QString& file)
{
    m_run.reset();
    m_melody = melody;
    m_set = file;
    m_place = {};
    look();
}

void ScoreCardDialog::know(RunFactsPointer run)
{
    if (!m_run || run->path != m_run->path)
        return;
    m_run = std::move(run);
    showHead();
}

void ScoreCardDialog::go(int by)
{
    const std::vector<Place> all = places();
    const auto at = std::ranges::find(all, m_place);
    const auto place = at - all.begin() + by;
    if (at == all.end() || place < 0 || place >= std::ssize(all))
        return;
    m_place = all[static_cast<std::size_t>(place)];
    look();
}

void ScoreCardDialog::look()
{
    m_failure.clear();
    m_strip->forget();
    m_card.reset();
    // A silent one beside it must not take away the card of this one.
    QStringList melodies;
    for (const QString& each : samples()) {
        const Result<std::size_t> notes = notesOf(each);
        if (notes && *notes > 0)
            melodies << each;
        else if (each == sample())
            m_failure = notes ? tr("It wrote no note here.") : inWords(notes.error());
    }
    const qsizetype place = melodies.indexOf(sample());
    const std::optional<Judging::Cards> cards = m_judging.known(m_set, melodies);
    if (m_set.isEmpty())
        m_failure = tr("The studio does not know where the set “%1” is that this network learned "
                       "from. Choose it to see the card.")
                        .arg(m_melody ? m_melody->setName : m_run->datasetName);
    else if (place >= 0 && cards)
        m_card = (*cards)[static_cast<std::size_t>(place)];
    else if (place >= 0 && !m_asked.contains(questionOf(m_set, melodies)))
        judge(melodies);
    showHead();
    showCard();
    showState();
}

void ScoreCardDialog::judge(const QStringList& melodies)
{
    // One that was left for another goes on: the next ones need the set, too.
    const QString question = questionOf(m_set, melodies);
    m_asked[question] = m_judging.judgeMelodies(
        m_set, melodies, this,
        [this, melodies, question, set = m_set](const Result<Judging::Cards>& cards) {
            m_asked.erase(question);
            const qsizetype place = melodies.indexOf(sample());
            if (place >= 0 && set == m_set) {
                m_strip->forget();
                if (cards)
                    m_card = (*cards)[static_cast<std::size_t>(place)];
                else
                    m_failure = failureInWords(cards.error(), set);
                showCard();
            }
            showState();
        },
        [this](const QString& words, std::optional<double> share) {
            m_strip->tell(words, share);
            showState();
        });
}

void ScoreCardDialog::stop()
{
    for (const auto& [melody, job] : m_asked)
        m_judging.cancel(job);
}

void ScoreCardDialog::play()
{
    const QString melody = sample();
    if (m_context.player.auditioned() == melody) {
        m_context.player.endAudition();
        return;
    }
    const Result<MidiReading> midi = readMidiFile(QFile::encodeName(melody).toStdString());
    if (midi)
        m_context.player.audition(midi->score, Tick{}, melody);
    else
        m_context.notices.report(midi.error());
}

void ScoreCardDialog::showHead()
{
    if (!m_run && !m_melody)
        return;
    m_earlier->setVisible(!m_melody);
    m_later->setVisible(!m_melody);
    m_play->setText(m_context.player.auditioned() == sample() ? tr("Stop playing") : tr("Play"));
    m_title->setToolTip(m_melody ? QString() : sample());
    if (m_melody)
        m_title->setText(m_melody->title);
    if (!m_run)
        return;
    const std::vector<Place> all = places();
    const auto at = std::ranges::find(all, m_place) - all.begin();
    const auto count = std::ranges::count(all, m_place.step, &Place::step);
    setEnabledBecause(*m_earlier, at > 0 ? QString() : tr("This is the first"));
    setEnabledBecause(*m_later, at + 1 < std::ssize(all) ? QString() : tr("This is the last"));
    m_title->setText(count > 1 ? tr("Step %1, melody %2 of %3: %4")
                                     .arg(countInWords(m_place.step))
                                     .arg(m_place.melody + 1)
                                     .arg(count)
                                     .arg(m_run->name)
                               : tr("Step %1: %2").arg(countInWords(m_place.step), m_run->name));
}

void ScoreCardDialog::showState()
{
    const bool isJudging = !m_card && m_failure.isEmpty() && !m_asked.empty();
    m_strip->setJudging(isJudging, tr("Opening the set …"));
    const QString print = m_melody ? m_melody->setPrint : m_run->datasetPrint;
    const bool isOther = m_card && !print.isEmpty() && m_card->fingerprint != print;
    m_note->setText(isOther && m_melody ? tr("This is not the set that the network learned from.")
                    : isOther
                        ? tr("The set or its split has changed since this training: what it is "
                             "held against is not what the network learned from.")
                        : m_failure);
    m_note->setVisible(!isJudging && !m_note->text().isEmpty());
    m_body->setVisible(m_card.has_value());
    m_strip->start().setVisible(!isJudging && !m_card && !m_set.isEmpty());
    m_strip->choose().setVisible(!isJudging && !m_card);
}

void ScoreCardDialog::showCard()
{
    const QTreeWidgetItem* current = m_numbers->currentItem();
    const QString chosen = current ? current->data(NameColumn, Qt::UserRole).toString() : QString();
    m_numbers->clear();
    const QFontMetrics metrics = m_numbers->fontMetrics();
    const int distance = kBetweenColumns + std::max(metrics.horizontalAdvance(tr("high")),
                                                    metrics.horizontalAdvance(tr("low")));
    const MelodyCard none;
    const MelodyCard& card = m_card ? *m_card : none;
    QFont semibold = m_context.appearance.textFont();
    semibold.setWeight(QFont::DemiBold);
    for (const CardGroup& group : card.groups) {
        auto* top = new QTreeWidgetItem(m_numbers, {groupInWords(group.name)});
        top->setFont(NameColumn, semibold);
        top->setFlags(Qt::ItemIsEnabled);
        top->setSizeHint(NameColumn, {0, kRowHeight});
        for (const CardRow& row : group.rows) {
            const NumberWords words = numberWords(row.name);
            auto* item =
                new QTreeWidgetItem(top, {words.name, valueInWords(words, row.value),
                                          yardstickInWords(words, row), distanceInWords(row)});
            item->setData(NameColumn, Qt::UserRole, row.name);
            item->setData(ValueColumn, Qt::UserRole, words.formula);
            item->setForeground(SetColumn, m_context.appearance.palette().muted);
            item->setForeground(DistanceColumn, m_context.appearance.palette().warning);
            item->setSizeHint(DistanceColumn, {distance, kRowHeight});
            for (int each = 0; each < ColumnCount; ++each)
                item->setToolTip(each, words.formula);
            for (const int each : {ValueColumn, SetColumn})
                item->setSizeHint(
                    each,
                    {kBetweenColumns + metrics.horizontalAdvance(item->text(each)), kRowHeight});
            if (!item->text(DistanceColumn).isEmpty())
                item->setToolTip(DistanceColumn,
                                 tr("More than twice the deviation away from the set's mean"));
            for (const int each : {ValueColumn, SetColumn})
                item->setTextAlignment(each, Qt::AlignRight | Qt::AlignVCenter);
            if (row.name == chosen)
                m_numbers->setCurrentItem(item);
        }
    }
    m_numbers->expandAll();
    showFormula();
    const QString gap = QStringLiteral("\n\n");
    m_originality->setText(m_card ? originalityInWords(card).join(gap) : QString());
    m_variety->setText(m_card ? varietyInWords(card).join(gap) : QString());
    m_about->setText(
        m_card ? tr("Against the %1 training pieces of “%2”")
                     .arg(countInWords(card.pieces), QFileInfo(m_set).completeBaseName())
        : m_set.isEmpty() ? QString()
                          : tr("Against “%1”").arg(QFileInfo(m_set).completeBaseName()));
    m_about->setToolTip(m_set);
}

void ScoreCardDialog::showFormula()
{
    const QTreeWidgetItem* item = m_numbers->currentItem();
    const QString formula = item ? item->data(ValueColumn, Qt::UserRole).toString() : QString();
    m_formula->setText(!formula.isEmpty() ? formula
                       : m_card           ? tr("Choose a number to read what it means.")
                                          : QString());
}

void ScoreCardDialog::chooseSet()
{
    auto* dialog =
        new QFileDialog(this, tr("The set it learned from"), QFileInfo(m_set).absolutePath(),
                        tr("Datasets (*.continuo-dataset)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        m_set = file;
        if (m_run)
            Q_EMIT setChosen(m_run->path, file);
        look();
    });
    dialog->open();
}

} // namespace continuo::ui
