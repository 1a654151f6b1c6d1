// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/judge_dialog.h"

#include "ui/base/appearance.h"
#include "ui/base/elided_label.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/judging_strip.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kWidth = 860;
constexpr int kHeight = 560;
constexpr int kListWidth = 250;
constexpr int kRowHeight = 24;
constexpr int kBetweenColumns = 20;
constexpr int kMostModels = 16;

QString nats(double value)
{
    return QLocale().toString(value, 'f', 3);
}

QString percent(double share)
{
    return JudgeDialog::tr("%1 %").arg(QLocale().toString(100 * share, 'f', 1));
}

QString partInWords(const QString& part)
{
    return part == QLatin1String("test") ? JudgeDialog::tr("test") : JudgeDialog::tr("validation");
}

/// A figure of a model: what it is called, what it means, and how it reads.
struct FigureRow
{
    QString name{};
    QString meaning{};
    QString (*value)(const ModelFigures& figures) = nullptr;
};

std::vector<FigureRow> figureRows()
{
    const auto tr = [](const char* words) { return JudgeDialog::tr(words); };
    return {
        {tr("Held-out loss, nats a step"),
         tr("Mean of −ln P(what comes | all before) over every step of the held-out pieces, each "
            "once. Lower is better."),
         [](const ModelFigures& figures) { return nats(figures.loss); }},
        {tr("counting pairs of symbols"),
         tr("What counting on the training part which symbol follows which would reach on the "
            "same steps. A model above this line is not worth its name."),
         [](const ModelFigures& figures) { return nats(figures.bigram); }},
        {tr("counting symbols"),
         tr("What counting how often each symbol comes would reach on the same steps."),
         [](const ModelFigures& figures) { return nats(figures.unigram); }},
        {tr("guessing"),
         tr("What guessing all symbols equally often would reach: the logarithm of how many there "
            "are."),
         [](const ModelFigures& figures) { return nats(figures.uniform); }},
        {tr("Perplexity"), tr("e to the loss: as unsure as among so many equally likely symbols."),
         [](const ModelFigures& figures) {
             return QLocale().toString(figures.perplexity, 'f', 2);
         }},
        {tr("Accuracy"), tr("Steps whose likeliest symbol is the right one."),
         [](const ModelFigures& figures) { return percent(figures.accuracy); }},
        {tr("Accuracy of notes"), tr("The same without the steps that are a hold or a rest."),
         [](const ModelFigures& figures) { return percent(figures.noteAccuracy); }},
        {tr("Bits per note"),
         tr("Mean of −log₂ P(pitch | all before, a note begins here): comparable across "
            "encodings that keep the same notes."),
         [](const ModelFigures& figures) {
             return figures.bitsPerNote ? nats(*figures.bitsPerNote) : QStringLiteral("–");
         }},
        {tr("The trainer's own loss"),
         tr("What the training wrote of its best state, where the set is still the same."),
         [](const ModelFigures& figures) {
             return figures.trainerLoss ? nats(*figures.trainerLoss) : QStringLiteral("–");
         }},
        {tr("Pieces"), tr("Held-out pieces that were judged."),
         [](const ModelFigures& figures) { return countInWords(figures.pieces); }},
        {tr("Steps"), tr("Symbols that were foretold."),
         [](const ModelFigures& figures) { return countInWords(figures.steps); }},
        {tr("Notes"), tr("Steps at which a note begins."),
         [](const ModelFigures& figures) { return countInWords(figures.notes); }},
    };
}

/// Between its columns and above and below.
void giveRoom(QTreeWidgetItem& item)
{
    const QFontMetrics metrics = item.treeWidget()->fontMetrics();
    for (int each = 0; each < item.columnCount(); ++each)
        item.setSizeHint(
            each, {kBetweenColumns + metrics.horizontalAdvance(item.text(each)), kRowHeight});
}

} // namespace

QString judgedModelOf(const RunFacts& run)
{
    if (run.story.hasBest)
        return run.path + QStringLiteral("/best.safetensors");
    const QString last = run.path + QStringLiteral("/last.safetensors");
    return QFileInfo::exists(last) ? last : QString();
}

JudgeDialog::JudgeDialog(const StudioContext& context, Judging& judging, SetOf setOf,
                         QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_judging(judging)
    , m_setOf(std::move(setOf))
    , m_list(new QListWidget(this))
    , m_about(new ElidedLabel(this))
    , m_part(new QComboBox(this))
    , m_partName(label(tr("On"), TextRole::Muted, this))
    , m_figures(new QTreeWidget(this))
    , m_empty(
          label(tr("Judging asks a model for every note of pieces that it never learned from, and "
                   "holds its answers beside what guessing and counting reach. Several models are "
                   "compared in bits per note."),
                TextRole::Muted, this))
    , m_meaning(label(QString(), TextRole::Muted, this))
    , m_note(label(QString(), TextRole::Warning, this))
    , m_strip(new JudgingStrip(primaryButton(tr("Judge"), this), this))
{
    setWindowTitle(tr("Judge models"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    auto* body = new QHBoxLayout;
    body->setSpacing(24);
    auto* left = new QVBoxLayout;
    left->addWidget(label(tr("Runs to judge"), TextRole::Heading, this));
    m_list->setAccessibleName(tr("Runs to judge"));
    m_list->setFixedWidth(kListWidth);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    left->addWidget(m_list, 1);
    body->addLayout(left);

    auto* right = new QVBoxLayout;
    auto* head = new QHBoxLayout;
    m_about->setProperty("role", "muted");
    head->addWidget(m_about, 1);
    m_partName->setBuddy(m_part);
    head->addWidget(m_partName);
    m_part->addItem(tr("the test part"), QStringLiteral("test"));
    m_part->addItem(tr("the validation part"), QStringLiteral("validation"));
    m_part->setAccessibleName(tr("Part of the set"));
    head->addWidget(m_part);
    right->addLayout(head);
    m_figures->setRootIsDecorated(false);
    m_figures->setItemsExpandable(false);
    m_figures->setUniformRowHeights(true);
    m_figures->setAccessibleName(tr("Figures"));
    m_figures->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_figures->header()->setSectionsClickable(false);
    m_figures->header()->setStretchLastSection(false);
    right->addWidget(m_figures, 1);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop);
    right->addWidget(m_empty, 1);
    m_meaning->setWordWrap(true);
    m_meaning->setAlignment(Qt::AlignTop);
    m_meaning->setFixedHeight(m_meaning->fontMetrics().lineSpacing() * 3);
    m_meaning->setAccessibleName(tr("What the figure means"));
    right->addWidget(m_meaning);
    m_note->setWordWrap(true);
    right->addWidget(m_note);
    body->addLayout(right, 1);
    column->addLayout(body, 1);

    m_strip->choose().setToolTip(tr("Says where the set is on which they are judged"));
    column->addWidget(m_strip);

    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
        const QString path = item->data(Qt::UserRole).toString();
        if (item->checkState() == Qt::Checked && m_first.isEmpty())
            m_first = path;
        if (item->checkState() != Qt::Checked && m_first == path)
            m_first.clear();
        m_chosenSet.clear();
        forget();
    });
    connect(m_part, &QComboBox::currentIndexChanged, this, &JudgeDialog::forget);
    connect(&m_strip->start(), &QPushButton::clicked, this, &JudgeDialog::judge);
    connect(m_strip, &JudgingStrip::stopRequested, this, &JudgeDialog::stop);
    connect(m_strip, &JudgingStrip::chooseRequested, this, &JudgeDialog::chooseSet);
    connect(m_figures, &QTreeWidget::currentItemChanged, this, &JudgeDialog::showMeaning);
    connect(m_strip, &JudgingStrip::closeRequested, this, &QDialog::hide);
    for (QPushButton* each : findChildren<QPushButton*>())
        each->setAutoDefault(false);
    resize(kWidth, kHeight);
    showState();
}

void JudgeDialog::setRuns(const std::vector<RunFactsPointer>& runs)
{
    QStringList kept;
    for (const RunFactsPointer& run : ticked())
        kept << run->path;
    m_runs = runs;
    const QString current =
        m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toString() : QString();
    const QSignalBlocker blocker(m_list);
    m_list->clear();
    for (const RunFactsPointer& run : runs) {
        auto* item = new QListWidgetItem(run->name, m_list);
        item->setData(Qt::UserRole, run->path);
        item->setSizeHint({0, kRowHeight});
        item->setCheckState(kept.contains(run->path) ? Qt::Checked : Qt::Unchecked);
        const QString words =
            QStringLiteral("%1\n%2, %3")
                .arg(run->name, networkInWords(run->config), encodingInWords(run->config));
        item->setToolTip(words);
        if (judgedModelOf(*run).isEmpty()) {
            item->setFlags(Qt::ItemIsSelectable);
            item->setCheckState(Qt::Unchecked);
            item->setToolTip(tr("%1\nIt has no checkpoint yet").arg(words));
        }
        if (run->path == current)
            m_list->setCurrentItem(item);
    }
    showState();
}

void JudgeDialog::tick(const QStringList& runs)
{
    const QSignalBlocker blocker(m_list);
    m_first.clear();
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem* item = m_list->item(row);
        const QString path = item->data(Qt::UserRole).toString();
        const bool isMeant = runs.contains(path) && (item->flags() & Qt::ItemIsEnabled) != 0;
        item->setCheckState(isMeant ? Qt::Checked : Qt::Unchecked);
        if (isMeant && (m_first.isEmpty() || path == runs.first()))
            m_first = path;
        if (isMeant && path == m_first)
            m_list->setCurrentItem(item);
    }
    m_chosenSet.clear();
    const auto pathOf = [](const RunFactsPointer& run) { return run->path; };
    if (!std::ranges::equal(ticked(), m_judged, {}, pathOf, pathOf))
        forget();
    showState();
}

void JudgeDialog::forget()
{
    m_judged.clear();
    m_answers.clear();
    m_failures.clear();
    m_figures->clear();
    showState();
}

std::vector<RunFactsPointer> JudgeDialog::ticked() const
{
    std::vector<RunFactsPointer> runs;
    for (int row = 0; row < m_list->count() && row < static_cast<int>(m_runs.size()); ++row) {
        if (m_list->item(row)->checkState() != Qt::Checked)
            continue;
        const RunFactsPointer& run = m_runs[static_cast<std::size_t>(row)];
        runs.insert(run->path == m_first ? runs.begin() : runs.end(), run);
    }
    return runs;
}

RunFactsPointer JudgeDialog::first() const
{
    const std::vector<RunFactsPointer> runs = ticked();
    return runs.empty() ? nullptr : runs.front();
}

QString JudgeDialog::set() const
{
    const RunFactsPointer run = first();
    return !m_chosenSet.isEmpty() ? m_chosenSet : run ? m_setOf(*run) : QString();
}

void JudgeDialog::judge()
{
    if (isJudging())
        return;
    m_judged = ticked();
    m_answers.clear();
    m_failures.clear();
    m_strip->forget();
    QStringList models;
    for (const RunFactsPointer& run : m_judged)
        models << judgedModelOf(*run);
    if (models.size() == 1) {
        ask(QStringLiteral("validation"), models);
        ask(QStringLiteral("test"), models);
    } else {
        ask(m_part->currentData().toString(), models);
    }
    m_figures->clear();
    showState();
}

void JudgeDialog::ask(const QString& part, const QStringList& models)
{
    const auto job = std::make_shared<Judging::JobId>(0);
    *job = m_judging.judgeModels(
        set(), part, models, this,
        [this, job, part, file = set()](const Result<Json>& result) {
            std::erase(m_jobs, *job);
            if (result) {
                m_answers.push_back({part, *result});
            } else {
                const QString words = failureInWords(result.error(), file);
                if (!m_failures.contains(words))
                    m_failures << words;
            }
            m_strip->forget();
            if (!m_answers.empty() && m_judged.size() > 1)
                showSeveral();
            else if (!m_answers.empty())
                showOne();
            showState();
        },
        [this](const QString& words, std::optional<double> share) {
            m_strip->tell(words, share);
            showState();
        });
    m_jobs.push_back(*job);
}

void JudgeDialog::stop()
{
    for (const Judging::JobId job : m_jobs)
        m_judging.cancel(job);
}

void JudgeDialog::showState()
{
    const std::vector<RunFactsPointer> runs = ticked();
    const QString file = set();
    const bool isSeveral = runs.size() > 1;
    m_part->setVisible(isSeveral);
    m_partName->setVisible(isSeveral);
    m_about->setText(runs.empty()     ? tr("Tick a run to judge its best model, several to compare")
                     : file.isEmpty() ? tr("Nobody knows where its set is")
                     : isSeveral
                         ? tr("%1 models on the notes of “%2” that all of them foretell")
                               .arg(runs.size())
                               .arg(QFileInfo(file).completeBaseName())
                         : tr("“%1” on the held-out pieces of “%2”")
                               .arg(runs.front()->name, QFileInfo(file).completeBaseName()));
    m_about->setToolTip(file);
    setEnabledBecause(m_strip->start(),
                      isJudging()    ? tr("It is being judged")
                      : runs.empty() ? tr("No run is ticked")
                      : runs.size() > kMostModels
                          ? tr("Up to %1 models are compared at a time").arg(kMostModels)
                      : file.isEmpty() ? tr("Choose the set on which they are judged")
                                       : QString());
    for (QWidget* each : {static_cast<QWidget*>(m_list), static_cast<QWidget*>(m_part)})
        setEnabledBecause(*each, isJudging() ? tr("They are being judged") : QString());
    setEnabledBecause(m_strip->choose(), isJudging()    ? tr("It is being judged")
                                         : runs.empty() ? tr("No run is ticked")
                                                        : QString());
    const bool hasFigures = m_figures->topLevelItemCount() > 0;
    m_figures->setVisible(hasFigures);
    m_meaning->setVisible(hasFigures);
    m_empty->setVisible(!hasFigures);
    m_strip->start().setVisible(!isJudging());
    m_strip->setJudging(isJudging(), tr("Reading the models and the set …"));
    bool isOther = false;
    for (const Answered& answer : m_answers) {
        isOther = isOther ||
                  (m_judged.size() == 1 && !modelFiguresFromJson(answer.result).isSetOfTraining);
        for (const ComparedModelFigures& model : comparisonFromJson(answer.result).models)
            isOther = isOther || !model.isSetOfTraining;
    }
    QStringList notes = isJudging() ? QStringList() : m_failures;
    if (isOther)
        notes << (m_judged.size() > 1
                      ? tr("Not all of them were trained on this set with this split: what is held "
                           "out here may be what one has learned.")
                      : tr("The set or its split is not the one of the training: what is held out "
                           "here may be what the network has learned."));
    m_note->setText(notes.join(QLatin1Char('\n')));
    m_note->setVisible(!notes.isEmpty());
}

void JudgeDialog::showOne()
{
    m_figures->clear();
    std::ranges::sort(m_answers, std::ranges::greater(), &Answered::part); // validation, test
    QStringList titles{QString()};
    std::vector<ModelFigures> figures;
    for (const Answered& answer : m_answers) {
        titles << partInWords(answer.part);
        figures.push_back(modelFiguresFromJson(answer.result));
    }
    m_figures->setColumnCount(static_cast<int>(titles.size()));
    m_figures->setHeaderLabels(titles);
    for (const FigureRow& row : figureRows()) {
        QStringList texts{row.name};
        for (const ModelFigures& each : figures)
            texts << row.value(each);
        auto* item = new QTreeWidgetItem(m_figures, texts);
        item->setData(0, Qt::UserRole, row.meaning);
        for (int each = 0; each < texts.size(); ++each)
            item->setToolTip(each, row.meaning);
        giveRoom(*item);
    }
    for (int each = 0; each < titles.size(); ++each) {
        m_figures->header()->setSectionResizeMode(each, each == 0 ? QHeaderView::Stretch
                                                                  : QHeaderView::ResizeToContents);
        if (each == 0)
            continue;
        m_figures->headerItem()->setTextAlignment(each, Qt::AlignRight | Qt::AlignVCenter);
        for (int row = 0; row < m_figures->topLevelItemCount(); ++row)
            m_figures->topLevelItem(row)->setTextAlignment(each, Qt::AlignRight | Qt::AlignVCenter);
    }
    showMeaning();
}

void JudgeDialog::showSeveral()
{
    m_figures->clear();
    const ComparisonFigures comparison = comparisonFromJson(m_answers.front().result);
    m_figures->setColumnCount(4);
    m_figures->setHeaderLabels({tr("model"), tr("bits per note"), tr("difference"), QString()});
    for (std::size_t i = 0; i < comparison.models.size() && i < m_judged.size(); ++i) {
        const ComparedModelFigures& model = comparison.models[i];
        const RunFacts& run = *m_judged[i];
        const QString difference =
            i == 0 ? QStringLiteral("–")
                   : tr("%1 ± %2").arg((model.difference > 0 ? QStringLiteral("+") : QString()) +
                                           nats(model.difference),
                                       nats(model.error));
        auto* item = new QTreeWidgetItem(m_figures, {run.name, nats(model.bitsPerNote), difference,
                                                     comparisonInWords(model, i == 0)});
        const QString words =
            tr("%1, %2. It foretells %3 notes by itself; compared are those that all of them "
               "foretell. A difference below twice its error means nothing.")
                .arg(networkInWords(run.config), encodingInWords(run.config),
                     countInWords(model.ownNotes)) +
            (model.isSetOfTraining
                 ? QString()
                 : QLatin1Char(' ') + tr("It was trained on another set or split."));
        item->setData(0, Qt::UserRole, words);
        for (int each = 0; each < m_figures->columnCount(); ++each)
            item->setToolTip(each, each == 0 ? run.name + QLatin1Char('\n') + words : words);
        for (const int each : {1, 2})
            item->setTextAlignment(each, Qt::AlignRight | Qt::AlignVCenter);
        giveRoom(*item);
    }
    m_figures->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_figures->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (const int each : {1, 2})
        m_figures->headerItem()->setTextAlignment(each, Qt::AlignRight | Qt::AlignVCenter);
    showMeaning();
}

void JudgeDialog::showMeaning()
{
    const QTreeWidgetItem* item = m_figures->currentItem();
    if (item)
        m_meaning->setText(item->data(0, Qt::UserRole).toString());
    else if (m_judged.size() > 1 && !m_answers.empty()) {
        const ComparisonFigures comparison = comparisonFromJson(m_answers.front().result);
        m_meaning->setText(tr("Compared on %1 notes of %2 pieces of the %3 part, given all that "
                              "stands before each "
                              "and that a note begins. Choose a row to read more.")
                               .arg(countInWords(comparison.notes), countInWords(comparison.pieces),
                                    partInWords(m_answers.front().part)));
    } else {
        m_meaning->setText(tr("Choose a row to read what it means."));
    }
}

void JudgeDialog::chooseSet()
{
    const RunFactsPointer run = first();
    auto* dialog = new QFileDialog(this, tr("The set to judge on"), QFileInfo(set()).absolutePath(),
                                   tr("Datasets (*.continuo-dataset)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, run](const QString& file) {
        m_chosenSet = file;
        forget();
        if (run && !QFileInfo::exists(m_setOf(*run)))
            Q_EMIT setChosen(run->path, file);
        showState();
    });
    dialog->open();
}

} // namespace continuo::ui
