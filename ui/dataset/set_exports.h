// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"
#include "ui/dataset/export_dialog.h"

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

    DatasetSession& m_session;
    QWidget& m_window;
};

} // namespace continuo::ui
