// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "ui/dataset/background_queue.h"

#include <QTimer>
#include <QWidget>

#include <set>
#include <string>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QMenu;
class QModelIndex;
class QPushButton;
class QTreeView;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class RejectedModel;

/// The log of an import: a tree of what was rejected and what was noticed, by reason, with a search
/// and an export. Ctrl+C copies the paths of the chosen entries, a line each; Enter shows one in
/// the file manager; the right button, the menu key and Shift+F10 open their menu.
class RejectedView final : public QWidget
{
    Q_OBJECT

public:
    /// Both are borrowed and must outlive the view.
    RejectedView(const Appearance& appearance, RejectedModel& model, QWidget* parent = nullptr);
    ~RejectedView() override;

    QTreeView* tree() { return m_tree; }

    /// Reads what was noticed in the files of `set` into the model, off this thread; empty:
    /// nothing.
    void readNotes(const QString& set);
    /// The paths of the chosen entries, of a chosen reason those of all its entries.
    void copyPaths() const;
    /// Writes what is shown, as a table where the name ends in .csv, else as text. Blocks.
    Status write(const QString& file) const;
    /// The menu for the current entry. `parent` owns it.
    QMenu* makeMenu(QWidget* parent);

Q_SIGNALS:
    /// The notes are in the model, or could not be read.
    void notesRead();
    /// Something did not work, in words.
    void failed(const QString& why);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void keepPlace();
    void restorePlace();
    void showGroup();
    void refreshWords();
    void openMenu(const QPoint& globalPlace);
    void showPlace();
    void exportLog();

    RejectedModel& m_model;
    QLineEdit* m_search;
    QLabel* m_words;
    QPushButton* m_export;
    QTreeView* m_tree;
    QTimer m_searchPause;
    std::set<QString> m_open{}; ///< Groups, while the model is reset.
    QString m_currentGroup{};
    std::string m_currentPath{};
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
