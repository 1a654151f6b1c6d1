// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/recipe.h"
#include "core/music/score.h"
#include "core/protocol/json.h"
#include "ui/base/studio_context.h"

#include <QTimer>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QUndoStack;
QT_END_NAMESPACE

namespace continuo::ui {

class DatasetSession;
struct PieceFilter;
class HistogramPanel;
class PieceActions;
class PiecePreview;
class PieceSearch;
class PieceView;
class ProblemPanel;
class RecipePanel;
class RejectedView;
class SetExports;
class SidePanels;
class SplitPopover;

/// The workspace of pieces: import, the table with facts, preview, histograms, split. GUI thread
/// only.
class DatasetPage final : public QWidget
{
    Q_OBJECT

public:
    /// Opens the set of the last time when it is first shown. What `context` refers to must outlive
    /// the page.
    explicit DatasetPage(const StudioContext& context, QWidget* parent = nullptr);
    ~DatasetPage() override;

    /// Shows a dataset file.
    void open(const QString& dataset);
    /// Imports files and folders into the set in view, or into a new one named after the first of
    /// them; a single dataset file is opened.
    void importPaths(const QStringList& paths);

    /// Puts an edited version in the place of a piece, by pieceKey(), as a step of the recipe of the set in view.
    /// Nothing happens but a notice where that is another set now.
    void keepEdit(const QString& set, const QString& piece, const Score& before, const Score& edited);

    DatasetSession& session() { return *m_session; }
    /// The history of the recipe of the set in view.
    QUndoStack& undoStack();
    SidePanels& panels() { return *m_panels; }

Q_SIGNALS:
    /// *Train on this set*.
    void trainRequested(const QString& dataset);
    /// *Use as seed melody*.
    void seedMelodyChosen(const continuo::Score& score, const QString& name);
    /// *Edit on the roll*: `score` is the piece as the recipe makes it. keepEdit() takes what came of it.
    void editRequested(const continuo::Score& score, const QString& name, const QString& set,
                       const QString& piece);

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeToolbar();
    QWidget* makeEmptyPlace();
    QWidget* makeRightPanel();
    QWidget* makeMiddle();
    void connectParts();
    bool isReading() const;
    void refreshState();
    void refreshActions();
    void showPiece();
    void countNotes();
    void filterBy(const PieceFilter& filter);
    void searchFor(const QString& term);
    void openLast();
    void addFolder();
    void addFiles();
    void openBundledTunes();
    void setUpStep(const RecipeStep& step, int place);
    void showLeaks();
    void showPieceOfId(std::int64_t piece);

    StudioContext m_context;
    DatasetSession* m_session;
    SidePanels* m_panels;
    ProblemPanel* m_problems;
    RecipePanel* m_recipe;
    PieceView* m_view;
    RejectedView* m_rejected;
    QStackedWidget* m_places; ///< Empty, pieces, rejected files.
    QLabel* m_emptyWords;
    QPushButton* m_bundled;
    PiecePreview* m_preview;
    SetExports* m_exports;
    PieceActions* m_pieceActions;
    SplitPopover* m_splitPopover;
    PieceSearch* m_searching;
    QLineEdit* m_search; ///< Its field.
    QPushButton* m_split;
    QPushButton* m_export;
    QPushButton* m_train;
    HistogramPanel* m_histograms; ///< The last that Tab comes to.
    QTimer m_searchPause;
    QTimer m_countPause;
    bool m_hasOpenedLast = false;
};

} // namespace continuo::ui
