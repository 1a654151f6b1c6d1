// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"
#include "ui/dataset/export_dialog.h"

#include <QList>
#include <QObject>
#include <QString>

#include <functional>
#include <string>

QT_BEGIN_NAMESPACE
class QMenu;
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class DatasetSession;

/// The menu of what a set can be written as. Each asks which pieces, then for the place, and lets
/// the session write.
class SetExports final : public QObject
{
    Q_OBJECT

public:
    /// `session` is borrowed and must outlive it; dialogs stand over `window`, which owns it.
    SetExports(DatasetSession& session, QWidget& window);

    /// Fills an empty menu.
    void addTo(QMenu& menu);

private:
    ExportStock stock() const;
    void ask(ExportDialog::Kind kind, const QString& what,
             const std::function<void(const ExportDialog&)>& chosen);
    void exportFolder(const std::string& kind, const QString& what, Json params);
    void exportFacts(const ExportDialog& dialog);
    void exportCard(Json params);
    /// What can be written, in words for the dialog, and its ending.
    struct FileKind
    {
        QString words{};
        QString ending{};
    };
    /// Asks where to write a new folder where there are no kinds, else a file with the ending of
    /// one of them. `chosen` gets the path and whether it may be replaced.
    void askWhere(const QString& title, const QList<FileKind>& kinds,
                  const std::function<void(const QString&, bool)>& chosen);

    DatasetSession& m_session;
    QWidget& m_window;
    Json m_cardWords = Json::object(); ///< What was last said on a data card, and of which set.
    QString m_cardSet{};
};

} // namespace continuo::ui
