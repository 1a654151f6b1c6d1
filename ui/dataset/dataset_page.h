// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"

#include <QTimer>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class DatasetSession;
class HistogramPanel;
class PiecePreview;
class PieceView;
class ProblemPanel;
class RejectedView;
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

    DatasetSession& session() { return *m_session; }
    SidePanels& panels() { return *m_panels; }

Q_SIGNALS:
    /// *Train on this set*.
    void trainRequested(const QString& dataset);
    /// *Use as seed melody*.
    void seedMelodyChosen(const continuo::Score& score, const QString& name);

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeToolbar();
    QWidget* makeEmptyPlace();
    QWidget* makeMiddle();
    void connectParts();
    bool isReading() const;
    void refreshState();
    void refreshActions();
    void showPiece();
    void countNotes();
    void openLast();
    void addFolder();
    void addFiles();
    void openBundledTunes();
    void exportFacts();

    StudioContext m_context;
    DatasetSession* m_session;
    SidePanels* m_panels;
    ProblemPanel* m_problems;
    HistogramPanel* m_histograms;
    PieceView* m_view;
    RejectedView* m_rejected;
    QStackedWidget* m_places; ///< Empty, pieces, rejected files.
    QLabel* m_emptyWords;
    QPushButton* m_bundled;
    PiecePreview* m_preview;
    SplitPopover* m_splitPopover;
    QLineEdit* m_search;
    QPushButton* m_split;
    QPushButton* m_export;
    QPushButton* m_train;
    QTimer m_searchPause;
    QTimer m_countPause;
    bool m_hasOpenedLast = false;
};

} // namespace continuo::ui
