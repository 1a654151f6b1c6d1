// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/recipe_panel.h"

#include "core/base/file.h"
#include "core/dataset/suggested_recipe.h"
#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/dataset/recipe_editor.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QKeySequence>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kRowHeight = 28;
constexpr int kMostRows = 9; ///< More are scrolled.

/// Number, words, and at the right end what the step did.
class StepDelegate final : public QStyledItemDelegate
{
public:
    StepDelegate(const Appearance& appearance, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_appearance(appearance)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {160, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Palette& palette = m_appearance.palette();
        const bool isOn = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, faded(palette.accent, 0.13));
        painter->setPen(palette.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        QRect place = option.rect.adjusted(14, 0, -14, 0);
        painter->setFont(m_appearance.smallFont());
        painter->setPen(palette.muted);
        const QString count = index.data(RecipeModel::CountRole).toString();
        const int wide = painter->fontMetrics().horizontalAdvance(count);
        painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter, count);
        painter->setFont(option.font);
        painter->drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                          QString::number(index.row() + 1));
        place.adjust(18, 0, -wide - 8, 0);
        QFont words = option.font;
        words.setStrikeOut(!isOn);
        painter->setFont(words);
        painter->setPen(isOn ? palette.text : palette.muted);
        painter->drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            place.width()));
        painter->restore();
    }

private:
    const Appearance& m_appearance;
};

QToolButton* tool(const Appearance& appearance, const QString& icon, const QString& words,
                  QWidget* parent)
{
    auto* made = new QToolButton(parent);
    made->setIcon(lineIcon(appearance, icon));
    made->setToolTip(words);
    made->setAccessibleName(words);
    return made;
}

QString inQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), std::ssize(text));
}

} // namespace

RecipePanel::RecipePanel(const Appearance& appearance, RecipeEditor& editor, QWidget* parent)
    : QWidget(parent)
    , m_editor(editor)
    , m_list(new QListView(this))
    , m_empty(label(tr("Nothing is changed. Steps added here repair the pieces as they are read; "
                       "the files stay as they are."),
                    TextRole::Small, this))
    , m_add(button(tr("Add step…"), this))
    , m_usual(button(tr("Usual repairs"), this))
    , m_edit(tool(appearance, QStringLiteral("edit"), tr("Change this step (Enter)"), this))
    , m_up(tool(appearance, QStringLiteral("chevron_up"), tr("Earlier (Alt+Up)"), this))
    , m_down(tool(appearance, QStringLiteral("chevron_down"), tr("Later (Alt+Down)"), this))
    , m_remove(tool(appearance, QStringLiteral("trash"), tr("Remove this step (Delete)"), this))
    , m_more(tool(appearance, QStringLiteral("more"), tr("Recipe files"), this))
{
    setAccessibleName(tr("Recipe"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new StepDelegate(appearance, m_list));
    m_list->setAccessibleName(tr("Steps of the recipe"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    m_list->installEventFilter(this);
    m_empty->setWordWrap(true);
    m_empty->setContentsMargins(14, 0, 14, 0);
    m_usual->setAccessibleName(tr("Add the usual repairs"));
    m_add->setAccessibleName(tr("Add a step"));
    m_add->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_A);
    m_add->setToolTip(tr("Choose a step to add (%1)")
                          .arg(m_add->shortcut().toString(QKeySequence::NativeText)));
    auto* adds = new QMenu(m_add);
    adds->setToolTipsVisible(true);
    fillAddMenu(*adds);
    m_add->setMenu(adds);
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* files = new QMenu(m_more);
    files->addAction(tr("Open a recipe…"), this, &RecipePanel::openFile);
    files->addAction(tr("Save the recipe…"), this, &RecipePanel::saveFile);
    files->addSeparator();
    files->addAction(tr("Remove all steps"), this,
                     [this] { m_editor.change(Recipe{}, tr("remove all steps")); });
    m_more->setMenu(files);

    auto* head = new QHBoxLayout;
    head->setContentsMargins(14, 0, 10, 0);
    head->setSpacing(0);
    head->addWidget(label(tr("Recipe"), TextRole::Heading, this));
    head->addStretch();
    for (QToolButton* button : {m_edit, m_up, m_down, m_remove, m_more}) {
        button->setAutoRaise(true);
        head->addWidget(button);
    }
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(14, 4, 14, 0);
    foot->setSpacing(6);
    foot->addWidget(m_add, 0, Qt::AlignLeft);
    foot->addWidget(m_usual, 0, Qt::AlignLeft);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 10, 0, 8);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(m_empty);
    column->addWidget(m_list);
    column->addLayout(foot);

    connect(m_usual, &QPushButton::clicked, this, &RecipePanel::addUsual);
    connect(m_edit, &QToolButton::clicked, this, &RecipePanel::edit);
    connect(m_remove, &QToolButton::clicked, this, &RecipePanel::remove);
    connect(m_up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(1); });
    connect(m_list, &QListView::activated, this, &RecipePanel::edit);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &RecipePanel::refresh);
    connect(&m_model, &RecipeModel::switched, this, [this](int step, bool isOn) {
        m_editor.switchStep(static_cast<std::size_t>(step), isOn);
    });
    connect(&editor, &RecipeEditor::changed, this, &RecipePanel::refresh);
    refresh();
}

void RecipePanel::fillAddMenu(QMenu& menu)
{
    for (const OperationInfo& operation : operations()) {
        if (operation.isByHand)
            continue;
        QAction* action = menu.addAction(tr("%1…").arg(inQt(operation.title)));
        action->setToolTip(inQt(operation.description));
        connect(action, &QAction::triggered, this, [this, name = std::string(operation.name)] {
            Q_EMIT stepRequested(makeStep(name), -1);
        });
    }
}

void RecipePanel::show(const StepCounts& counts, std::size_t pieces, ProblemMask problems)
{
    m_counts = counts;
    m_pieces = pieces;
    m_problems = problems;
    refresh();
}

void RecipePanel::addUsual()
{
    Recipe next = m_editor.recipe();
    const Recipe usual = suggestedRecipe(m_problems);
    next.steps.insert(next.steps.end(), usual.steps.begin(), usual.steps.end());
    m_editor.change(std::move(next), tr("add the usual repairs"));
}

/// Offered while there is no recipe: who has begun one knows the steps.
void RecipePanel::refreshUsual()
{
    const Recipe usual = suggestedRecipe(m_problems);
    QStringList steps{tr("Adds steps against what was found; each can be changed or removed:")};
    for (const RecipeStep& step : usual.steps) {
        const QString words = inQt(stepInWords(step));
        const std::string condition = conditionInWords(step.condition);
        steps << (condition.empty() ? words : tr("%1 (%2)").arg(words, inQt(condition)));
    }
    m_usual->setVisible(m_editor.recipe().steps.empty());
    setEnabledBecause(*m_usual, !m_editor.whyNot().isEmpty() ? m_editor.whyNot()
                                : usual.steps.empty()
                                    ? tr("Nothing was found that has to be repaired.")
                                    : QString());
    if (m_usual->isEnabled())
        m_usual->setToolTip(steps.join(QLatin1Char('\n')));
}

int RecipePanel::current() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? index.row() : -1;
}

void RecipePanel::refresh()
{
    const Recipe& recipe = m_editor.recipe();
    const int kept = current();
    m_model.show(recipe, m_counts, m_pieces);
    if (current() < 0 && m_model.rowCount() > 0 && kept >= 0)
        m_list->setCurrentIndex(m_model.index(std::min(kept, m_model.rowCount() - 1)));
    const int place = current();
    const int last = m_model.rowCount() - 1;
    const QString& whyNot = m_editor.whyNot();
    const QString choose = !whyNot.isEmpty() ? whyNot
                           : place < 0       ? tr("Choose a step first.")
                                             : QString();
    setEnabledBecause(*m_add, whyNot);
    refreshUsual();
    setEnabledBecause(*m_remove, choose);
    setEnabledBecause(*m_up, !choose.isEmpty() ? choose
                             : place == 0      ? tr("This is the first step.")
                                               : QString());
    setEnabledBecause(*m_down, !choose.isEmpty() ? choose
                               : place == last   ? tr("This is the last step.")
                                                 : QString());
    QString cannotEdit = choose;
    if (cannotEdit.isEmpty() &&
        operationNamed(recipe.steps[static_cast<std::size_t>(place)].operation)->isByHand)
        cannotEdit = tr("This step was made by hand in the table, and is changed there.");
    setEnabledBecause(*m_edit, cannotEdit);
    m_more->setEnabled(whyNot.isEmpty());
    m_empty->setVisible(recipe.steps.empty());
    m_list->setVisible(!recipe.steps.empty());
    fitList();
}

void RecipePanel::fitList()
{
    const int rows = std::clamp(m_model.rowCount(), 1, kMostRows);
    m_list->setFixedHeight(rows * kRowHeight + 2);
}

void RecipePanel::edit()
{
    if (m_edit->isEnabled() && current() >= 0)
        Q_EMIT stepRequested(m_editor.recipe().steps[static_cast<std::size_t>(current())],
                             current());
}

void RecipePanel::remove()
{
    if (m_remove->isEnabled() && current() >= 0)
        m_editor.removeStep(static_cast<std::size_t>(current()));
}

void RecipePanel::move(int by)
{
    const int to = current() + by;
    if (!m_editor.whyNot().isEmpty() || current() < 0 || to < 0 || to >= m_model.rowCount())
        return;
    m_editor.moveStep(static_cast<std::size_t>(current()), static_cast<std::size_t>(to));
    m_list->setCurrentIndex(m_model.index(to));
}

void RecipePanel::openFile()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a recipe"), {},
                                                      tr("Recipes (*.json);;All files (*)"));
    if (file.isEmpty())
        return;
    const std::filesystem::path path(QFile::encodeName(file).toStdString());
    const Result<std::string> text = readTextFile(path, kLargestRecipeBytes);
    const Result<Recipe> recipe = text ? recipeFromJson(*text, readablePath(path)) : text.error();
    if (!recipe)
        m_editor.report(recipe.error());
    else
        m_editor.change(*recipe,
                        tr("open the recipe “%1”").arg(QFileInfo(file).completeBaseName()));
}

void RecipePanel::saveFile()
{
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save the recipe"), QStringLiteral("recipe.json"), tr("Recipes (*.json)"));
    if (file.isEmpty())
        return;
    const std::string text = recipeToJson(m_editor.recipe());
    // The dialog has asked before it chose a file that exists.
    const Status written =
        writeFile(QFile::encodeName(file).toStdString(), text, Overwrite::Replace);
    if (!written)
        m_editor.report(written.error());
}

bool RecipePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list &&
        (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isMove = key->modifiers().testFlag(Qt::AltModifier) &&
                            (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down);
        const bool isOurs =
            isMove || (key->modifiers() == Qt::NoModifier &&
                       (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Space));
        if (!isOurs)
            return QWidget::eventFilter(watched, event);
        if (event->type() == QEvent::ShortcutOverride) {
            event->accept();
            return true;
        }
        if (isMove)
            move(key->key() == Qt::Key_Up ? -1 : 1);
        else if (key->key() == Qt::Key_Delete)
            remove();
        else if (current() >= 0 && m_editor.whyNot().isEmpty())
            m_editor.switchStep(static_cast<std::size_t>(current()),
                                !m_editor.recipe().steps[static_cast<std::size_t>(current())].isOn);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace continuo::ui
