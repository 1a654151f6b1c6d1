// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/problem_panel.h"

#include "core/dataset/suggested_recipe.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/count_row.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/recipe_editor.h"

#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace continuo::ui {

/// The parts of the split side by side, as wide as they have pieces.
class SplitBar final : public QWidget
{
public:
    SplitBar(const Appearance& appearance, QWidget* parent)
        : QWidget(parent)
        , m_appearance(appearance)
    {
        setFixedHeight(14);
        setAccessibleName(ProblemPanel::tr("Split by family"));
    }

    void show(std::array<std::size_t, 3> pieces)
    {
        m_pieces = pieces;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Palette& palette = m_appearance.palette();
        const QColor colours[] = {palette.accent, palette.alternative(0), palette.alternative(1)};
        const std::size_t all = m_pieces[0] + m_pieces[1] + m_pieces[2];
        if (all == 0)
            return;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        double left = 0;
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            const double wide =
                width() * static_cast<double>(m_pieces[i]) / static_cast<double>(all);
            if (m_pieces[i] == 0)
                continue;
            painter.setBrush(colours[i]);
            painter.drawRoundedRect(QRectF(left, 0, std::max(wide - 2, 2.0), height()), 3, 3);
            left += wide;
        }
    }

private:
    const Appearance& m_appearance;
    std::array<std::size_t, 3> m_pieces{};
};

namespace {

QString numbered(std::size_t count)
{
    return countInWords(static_cast<std::int64_t>(count));
}

QLabel* smallWords(QWidget* parent)
{
    QLabel* made = label(QString(), TextRole::Small, parent);
    made->setWordWrap(true);
    return made;
}

void setHeading(QLabel& heading, const QString& words)
{
    heading.setText(words.toUpper());
    heading.setAccessibleName(words);
}

} // namespace

ProblemPanel::ProblemPanel(const Appearance& appearance, DatasetSession& session, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_session(session)
{
    setSurface(*this, Surface::Panel);
    setAccessibleName(tr("Groups"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 1, 0);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto* ground = new QWidget(area);
    ground->setProperty("surface", QStringLiteral("clear"));
    area->setWidget(ground);
    area->viewport()->setAutoFillBackground(false);
    outer->addWidget(area);

    m_column = new QVBoxLayout(ground);
    m_column->setContentsMargins(8, 12, 8, 12);
    m_column->setSpacing(2);
    const auto indented = [](QLabel* made) {
        made->setContentsMargins(6, 0, 6, 0);
        return made;
    };
    m_counts = indented(label(QString(), TextRole::Heading, ground));
    m_counts->setWordWrap(true);
    m_column->addWidget(m_counts);
    m_incomplete = indented(smallWords(ground));
    m_incomplete->setText(
        tr("An import of this set was broken off. Add the same folder again to go on."));
    m_column->addWidget(m_incomplete);
    m_column->addSpacing(6);
    m_withoutProblems =
        addGroup(tr("No problems"), false, PieceFilter::Group::NoProblems, Problem::Empty);
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        const auto problem = static_cast<Problem>(i);
        m_problems.push_back(
            addGroup(problemGroupInWords(problem), true, PieceFilter::Group::OneProblem, problem));
    }
    m_repairPlace = new QWidget(ground);
    auto* repair = new QVBoxLayout(m_repairPlace);
    repair->setContentsMargins(22, 2, 6, 8);
    repair->setSpacing(6);
    m_explanation = smallWords(m_repairPlace);
    m_repair = button(tr("Repair all…"), m_repairPlace);
    m_repair->setMenu(new QMenu(m_repair));
    m_repair->menu()->setToolTipsVisible(true);
    repair->addWidget(m_explanation);
    repair->addWidget(m_repair, 0, Qt::AlignLeft);
    m_repairPlace->hide();
    m_several = indented(smallWords(ground));
    m_several->setText(tr("A piece can have several."));
    m_column->addSpacing(4);
    m_column->addWidget(m_several);
    m_column->addSpacing(12);
    m_rejectedHeading = indented(label(QString(), TextRole::Heading, ground));
    m_column->addWidget(m_rejectedHeading);
    m_rejectedColumn = new QVBoxLayout;
    m_rejectedColumn->setSpacing(0);
    m_column->addLayout(m_rejectedColumn);
    m_column->addSpacing(8);
    m_noted = new CountRow(appearance, RejectedModel::notesGroup(), std::nullopt, ground);
    m_noted->setToolTip(tr("Show what was noticed in reading"));
    m_column->addWidget(m_noted);
    connect(m_noted, &QAbstractButton::clicked, this, [this](bool isOn) {
        uncheckAllBut(m_noted);
        if (isOn)
            Q_EMIT rejectedChosen(RejectedModel::notesGroup());
        else
            Q_EMIT groupChosen(PieceFilter::Group::All, Problem::Empty);
    });
    m_column->addSpacing(12);
    m_splitHeading = indented(label(tr("Split by family"), TextRole::Heading, ground));
    m_column->addWidget(m_splitHeading);
    m_column->addSpacing(4);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 0, 6, 0);
    m_splitBar = new SplitBar(appearance, ground);
    bar->addWidget(m_splitBar);
    m_column->addLayout(bar);
    m_column->addSpacing(4);
    m_split = indented(smallWords(ground));
    m_column->addWidget(m_split);
    m_leaks = quietButton(tr("Name the passages…"), ground);
    m_leaks->setToolTip(tr("Where held-out pieces share passages with training pieces"));
    m_column->addWidget(m_leaks, 0, Qt::AlignLeft);
    m_column->addStretch();
    connect(m_leaks, &QPushButton::clicked, this, &ProblemPanel::leaksRequested);
    connect(&session.recipe(), &RecipeEditor::changed, this, &ProblemPanel::refreshRepair);
    connect(&session, &DatasetSession::contentsChanged, this, &ProblemPanel::refresh);
    connect(&session, &DatasetSession::stateChanged, this, &ProblemPanel::refresh);
    connect(&session, &DatasetSession::leaksChanged, this, &ProblemPanel::refresh);
    connect(&appearance, &Appearance::changed, m_splitBar, qOverload<>(&QWidget::update));
    refresh();
}

void ProblemPanel::setChooser(QWidget* chooser)
{
    m_column->insertWidget(0, chooser);
    m_column->insertSpacing(1, 10);
}

CountRow* ProblemPanel::addGroup(const QString& words, bool isProblem, PieceFilter::Group group,
                                 Problem problem)
{
    auto* row =
        new CountRow(m_appearance, words, isProblem ? &Palette::warning : &Palette::accent, this);
    row->setToolTip(isProblem ? tr("Show only pieces with this problem")
                              : tr("Show only pieces without problems"));
    m_column->addWidget(row);
    connect(row, &QAbstractButton::clicked, this, [this, row, group, problem](bool isOn) {
        uncheckAllBut(row);
        m_chosen = isOn && group == PieceFilter::Group::OneProblem ? std::optional(problem)
                                                                   : std::nullopt;
        refreshRepair();
        Q_EMIT groupChosen(isOn ? group : PieceFilter::Group::All, problem);
    });
    return row;
}

void ProblemPanel::uncheckAllBut(const CountRow* row)
{
    for (CountRow* each : findChildren<CountRow*>()) {
        if (each != row)
            each->setChecked(false);
    }
}

void ProblemPanel::showAll()
{
    uncheckAllBut(nullptr);
    m_chosen.reset();
    refreshRepair();
}

void ProblemPanel::refreshRepair()
{
    m_repairPlace->setVisible(m_chosen.has_value());
    if (!m_chosen)
        return;
    const auto inQt = [](std::string_view text) {
        return QString::fromUtf8(text.data(), std::ssize(text));
    };
    const ProblemInfo& info = problemInfo(*m_chosen);
    const QWidget* row = m_problems[static_cast<std::size_t>(*m_chosen)];
    m_column->removeWidget(m_repairPlace);
    m_column->insertWidget(m_column->indexOf(row) + 1, m_repairPlace);
    m_explanation->setText(inQt(info.explanation));
    m_repair->setAccessibleName(tr("Repair: %1").arg(problemGroupInWords(*m_chosen)));
    QMenu& menu = *m_repair->menu();
    menu.clear();
    for (const std::string_view name : info.cures) {
        const OperationInfo* operation = operationNamed(name);
        QAction* action = menu.addAction(tr("%1…").arg(inQt(operation->title)));
        action->setToolTip(inQt(operation->description));
        connect(action, &QAction::triggered, this, [this, step = cureStep(name, problemBit(*m_chosen))] {
            Q_EMIT repairChosen(step);
        });
    }
    setEnabledBecause(*m_repair, !m_session.recipe().whyNot().isEmpty() ? m_session.recipe().whyNot()
                                 : info.cures.empty() ? tr("There is no repair for this.")
                                                      : QString());
}

void ProblemPanel::choose(PieceFilter::Group group, Problem problem)
{
    CountRow* row = group == PieceFilter::Group::NoProblems   ? m_withoutProblems
                    : group == PieceFilter::Group::OneProblem ? m_problems[static_cast<std::size_t>(problem)]
                                                              : nullptr;
    uncheckAllBut(row);
    if (row)
        row->setChecked(true);
}

void ProblemPanel::refresh()
{
    const PieceTable& table = m_session.pieces().table();
    const PieceTable::Counts& counts = table.counts();
    const QString pieces =
        counts.pieces == 1 ? tr("1 piece") : tr("%1 pieces").arg(numbered(counts.pieces));
    const std::size_t inUse =
        table.isSplit() ? counts.inUse() : counts.pieces - counts.leftOut;
    setHeading(*m_counts, table.isSplit() || counts.leftOut > 0
                              ? tr("%1 · %2 in use").arg(pieces, numbered(inUse))
                              : pieces);
    m_counts->setVisible(counts.pieces > 0);
    m_incomplete->setVisible(m_session.isIncomplete() && !m_session.isImporting());
    m_withoutProblems->setCount(static_cast<std::int64_t>(counts.withoutProblems));
    m_withoutProblems->setVisible(counts.pieces > 0);
    bool hasProblems = false;
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        const auto all = static_cast<std::int64_t>(counts.problems[i]);
        const auto open = static_cast<std::int64_t>(counts.open[i]);
        m_problems[i]->setCount(open, all);
        m_problems[i]->setToolTip(
            open == all ? tr("Show only pieces with this problem")
                        : tr("Show only pieces with this problem. The recipe repairs or leaves out "
                             "%1 of %2.")
                              .arg(countInWords(all - open), countInWords(all)));
        m_problems[i]->setVisible(counts.problems[i] > 0);
        hasProblems = hasProblems || counts.problems[i] > 0;
    }
    m_several->setVisible(hasProblems);
    refreshRejected();
    for (QWidget* part : {static_cast<QWidget*>(m_splitHeading), static_cast<QWidget*>(m_splitBar)})
        part->setVisible(table.isSplit());
    m_split->setVisible(counts.pieces > 0);
    m_splitBar->show({counts.train, counts.validation, counts.test});
    QString split = tr("Not split yet.");
    if (table.isSplit())
        split =
            tr("%1 training · %2 validation · %3 test")
                .arg(numbered(counts.train), numbered(counts.validation), numbered(counts.test));
    if (table.isSplit())
        split += QLatin1Char('\n') +
                 (m_session.leaks()           ? leaksInWords(*m_session.leaks())
                  : m_session.isCountingLeaks() ? tr("Shared passages are being counted.")
                                                : tr("Shared passages have not been counted since "
                                                     "the set changed."));
    m_split->setText(split);
    m_leaks->setVisible(table.isSplit());
}

void ProblemPanel::refreshRejected()
{
    const RejectedModel& rejected = m_session.rejected();
    m_rejectedHeading->setVisible(rejected.fileCount() > 0);
    setHeading(*m_rejectedHeading, tr("%1 rejected").arg(numbered(rejected.fileCount())));
    const std::size_t noted = m_session.pieces().table().counts().readWithNotes;
    m_noted->setVisible(noted > 0);
    m_noted->setCount(static_cast<std::int64_t>(noted));
    std::erase_if(m_rejected, [&](const auto& entry) {
        if (rejected.groups().contains(entry.first))
            return false;
        entry.second->deleteLater();
        return true;
    });
    for (const auto& [group, count] : rejected.groups()) {
        CountRow*& row = m_rejected[group];
        if (!row) {
            row = new CountRow(m_appearance, group, std::nullopt, this);
            row->setToolTip(tr("Show these files"));
            m_rejectedColumn->addWidget(row);
            row->show(); // At once, not with the next turn of the event loop.
            connect(row, &QAbstractButton::clicked, this,
                    [this, row = row, group = group](bool isOn) {
                        uncheckAllBut(row);
                        if (isOn)
                            Q_EMIT rejectedChosen(group);
                        else
                            Q_EMIT groupChosen(PieceFilter::Group::All, Problem::Empty);
                    });
        }
        row->setCount(static_cast<std::int64_t>(count));
    }
}

} // namespace continuo::ui
